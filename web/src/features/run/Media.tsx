import { Slider } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Image as ImageIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { fileAddress, filesQuery, histogramsQuery } from "@/api/runs";
import type { FilePoint, FileValue, ProjectRef, RunAttribute } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount, formatNumber } from "@/ui/format";
import { FilePreview, previewKind } from "./FilePreview";
import { drawHistograms } from "./histogram";
import styles from "./Media.module.css";
import type { TabProps } from "./RunPage";

const SHOWN = new Set(["image", "audio", "video", "page"]);

/** Pictures, sounds, pages and distributions: series with a slider over their steps, single files beside them. */
export function Media({ project, run, attributes }: TabProps) {
  const series = attributes.filter((each) => each.type === "file_series");
  const histograms = attributes.filter((each) => each.type === "histogram_series");
  const files = attributes.filter((each) => isFile(each) && SHOWN.has(previewKind(each.value as FileValue)));
  const runId = `key:${run.key}`;
  if (series.length + histograms.length + files.length === 0) {
    return (
      <EmptyState icon={<ImageIcon size={28} strokeWidth={1.5} />} title="No media">
        <p>
          Images, sounds, pages and histograms appear here: <code>run["samples"].append(image)</code>
        </p>
      </EmptyState>
    );
  }
  return (
    <div className={styles.grid}>
      {series.map((each) => (
        <FileSeries key={each.path} project={project} runId={runId} attribute={each} />
      ))}
      {files.map((each) => (
        <article key={each.path} className={styles.card}>
          <h2 className={styles.title}>{each.path}</h2>
          <div className={styles.content}>
            <FilePreview
              address={fileAddress(project, runId, each.path)}
              path={each.path}
              file={each.value as FileValue}
            />
          </div>
        </article>
      ))}
      {histograms.map((each) => (
        <HistogramSeries key={each.path} project={project} runId={runId} path={each.path} />
      ))}
    </div>
  );
}

export const isFile = (attribute: RunAttribute): boolean =>
  attribute.type === "file" && typeof attribute.value === "object" && attribute.value !== null;

function FileSeries(props: {
  readonly project: ProjectRef;
  readonly runId: string;
  readonly attribute: RunAttribute;
}) {
  const { project, runId, attribute } = props;
  const query = useInfiniteQuery(filesQuery(project, runId, attribute.path));
  const [chosen, setChosen] = useState<number | null>(null);
  const points: readonly FilePoint[] = query.data?.pages.flatMap((page) => page.points) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const index = Math.min(chosen ?? points.length - 1, points.length - 1);
  const point = points[index];
  return (
    <article className={styles.card}>
      <h2 className={styles.title}>
        {attribute.path}
        {point !== undefined && (
          <span>
            step {formatNumber(point.step, 9)} · {formatCount(index + 1)} of {formatCount(total)}
          </span>
        )}
      </h2>
      <div className={styles.content}>
        {query.error !== null ? (
          <ErrorState error={query.error} compact />
        ) : (
          point !== undefined && (
            <FilePreview
              // A page or a film begins anew with another step; a picture is swapped without a flicker.
              key={previewKind(point.file) === "image" ? "image" : point.step}
              address={fileAddress(project, runId, attribute.path, { step: point.step })}
              path={attribute.path}
              file={point.file}
              step={point.step}
            />
          )
        )}
      </div>
      {points.length > 1 && (
        <Slider
          className={styles.slider}
          size="sm"
          min={0}
          max={points.length - 1}
          step={1}
          value={index}
          label={(value) => `step ${formatNumber(points[value]?.step, 9)}`}
          thumbLabel={`Step of ${attribute.path}`}
          // At the end it follows new steps.
          onChange={(value) => setChosen(value === points.length - 1 ? null : value)}
        />
      )}
    </article>
  );
}

function HistogramSeries(props: {
  readonly project: ProjectRef;
  readonly runId: string;
  readonly path: string;
}) {
  const query = useQuery(histogramsQuery(props.project, props.runId, props.path));
  const canvas = useRef<HTMLCanvasElement>(null);
  const points = query.data?.points;
  useEffect(() => {
    const target = canvas.current;
    if (target === null || points === undefined) return;
    const paint = () => drawHistograms(target, points);
    const sizes = new ResizeObserver(paint);
    sizes.observe(target);
    // The tokens change with the colour scheme.
    const scheme = new MutationObserver(paint);
    scheme.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    return () => {
      sizes.disconnect();
      scheme.disconnect();
    };
  }, [points]);
  return (
    <article className={styles.card}>
      <h2 className={styles.title}>
        {props.path}
        {query.data !== undefined && points !== undefined && (
          <span>
            {points.length < query.data.total
              ? `${formatCount(points.length)} of ${formatCount(query.data.total)} steps`
              : `${formatCount(query.data.total)} steps`}
          </span>
        )}
      </h2>
      {query.error !== null ? (
        <ErrorState error={query.error} compact />
      ) : (
        <canvas
          ref={canvas}
          className={styles.histograms}
          role="img"
          aria-label={`Distribution of ${props.path} over steps`}
        />
      )}
    </article>
  );
}
