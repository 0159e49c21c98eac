import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { comparisonQuery } from "@/api/compare";
import type { ComparedRow, ComparedSection, ComparisonRequest, ProjectRef } from "@/api/types";

/** Values asked for at once: a page has fewer rows where there are many runs. */
const PAGE_VALUES = 12_000;

export type Comparison = {
  readonly total: number;
  readonly sections: readonly ComparedSection[];
  /** Positions of the rows that differ. */
  readonly differing: readonly number[];
  readonly unrecorded: readonly number[];
  /** undefined while it is on its way. */
  readonly rowAt: (position: number) => ComparedRow | undefined;
  /** What is shown answers an earlier question. */
  readonly outdated: boolean;
  readonly loaded: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
};

export type Question = Pick<ComparisonRequest, "runs" | "regex" | "differing_only" | "aggregates" | "first">;

export const pageRows = (runs: number): number =>
  Math.min(200, Math.max(20, Math.floor(PAGE_VALUES / Math.max(1, runs))));

/** The rows of a comparison, of which only the pages that hold `positions` are asked for. */
export function useComparison(
  project: ProjectRef,
  question: Question,
  positions: readonly number[],
): Comparison {
  const size = pageRows(question.runs.length);
  const first = useQuery({
    ...comparisonQuery(project, { ...question, offset: 0, limit: size, positions: true }),
    enabled: question.runs.length > 0,
    placeholderData: keepPreviousData,
    retry: 1,
  });
  const wanted = [...new Set(positions.map((position) => Math.floor(position / size)))].filter(
    (page) => page > 0 && page * size < (first.data?.total ?? 0),
  );
  const pages = useQueries({
    queries: wanted.map((page) => ({
      ...comparisonQuery(project, { ...question, offset: page * size, limit: size }),
      enabled: !first.isPlaceholderData,
    })),
  });
  const rows = new Map<number, readonly ComparedRow[]>([[0, first.data?.rows ?? []]]);
  wanted.forEach((page, index) => {
    const found = pages[index]?.data;
    if (found) rows.set(page, found.rows);
  });
  return {
    total: first.data?.total ?? 0,
    sections: first.data?.sections ?? [],
    differing: first.data?.differing ?? [],
    unrecorded: first.data?.unrecorded ?? [],
    rowAt: (position) => rows.get(Math.floor(position / size))?.[position % size],
    outdated: first.isPlaceholderData,
    loaded: first.data !== undefined,
    error: first.error,
    retry: () => void first.refetch(),
  };
}
