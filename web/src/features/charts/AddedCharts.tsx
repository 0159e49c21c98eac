import { ActionIcon, Tooltip } from "@mantine/core";
import { Pencil, X } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { formatCount } from "@/ui/format";
import { addedId, type PatternChart } from "./added";
import type { AddedSpecs } from "./addedSpecs";
import type { ChartProps } from "./Chart";
import { ChartCard } from "./ChartCard";
import { ChartGrid } from "./ChartList";
import styles from "./ChartsPane.module.css";
import { unzoomed } from "./settings";

const ChartEditor = lazy(async () => ({ default: (await import("./ChartEditor")).ChartEditor }));

type Props = Omit<ChartProps, "spec"> & { readonly specs: AddedSpecs };

/** The section of charts that were added, above all others. */
export function AddedCharts({ specs, project, runs, model }: Props) {
  const { added, size } = model.state;
  const [edited, setEdited] = useState<PatternChart | null>(null);
  const patterns = added.flatMap((chart) => (chart.kind === "pattern" ? [chart] : []));
  return (
    <section aria-label="Added charts" className={styles.added}>
      <div className={styles.heading}>
        <h2>Added charts</h2>
        <span className={styles.count}>{formatCount(specs.charts.length)}</span>
        {patterns.map((chart) => (
          <span key={addedId(chart)} className={styles.chip}>
            <code>{chart.title ?? chart.regex}</code>
            <Tooltip label="Edit the charts of this pattern">
              <ActionIcon
                size={24}
                aria-label={`Edit the charts of ${chart.regex}`}
                onClick={() => setEdited(chart)}
              >
                <Pencil size={12} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Remove the charts of this pattern">
              <ActionIcon
                size={24}
                aria-label={`Remove the charts of ${chart.regex}`}
                onClick={() => model.remove(chart)}
              >
                <X size={12} />
              </ActionIcon>
            </Tooltip>
          </span>
        ))}
      </div>
      <ChartGrid size={size}>
        {specs.charts.map((spec) => (
          <LazyCard key={spec.id} spec={spec} project={project} runs={runs} model={model} />
        ))}
      </ChartGrid>
      {edited !== null && (
        <Suspense fallback={null}>
          <ChartEditor
            {...{ project, runs, model, edited }}
            start={edited}
            override={unzoomed(model.state.overrides[addedId(edited)])}
            close={() => setEdited(null)}
          />
        </Suspense>
      )}
      {specs.notes.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
    </section>
  );
}

/** A card whose chart exists only near the screen. */
function LazyCard(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: "300px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className={styles.lazy}>
      {near ? <ChartCard {...props} /> : <div className={styles.placeholder} />}
    </div>
  );
}
