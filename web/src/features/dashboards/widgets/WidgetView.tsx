import { EyeOff } from "lucide-react";
import { Suspense } from "react";
import { Contained } from "@/ui/Broken";
import { Markdown } from "@/ui/Markdown";
import { part } from "@/ui/part";
import { isComplete } from "./kinds";
import { MetricWidgetView } from "./MetricWidgetView";
import type { WidgetProps } from "./props";
import { TableWidgetView } from "./TableWidgetView";
import styles from "./Widgets.module.css";

const ChartWidgetView = part(async () => (await import("./ChartWidgetView")).ChartWidgetView);
const ImageWidgetView = part(async () => (await import("./ImageWidgetView")).ImageWidgetView);
const ParallelWidgetView = part(async () => (await import("./ParallelWidgetView")).ParallelWidgetView);

/** What a widget shows. */
export function WidgetView(props: WidgetProps) {
  const { widget, runs } = props;
  if (widget.kind === "text")
    return (
      <div className={styles.text}>
        {widget.text ? <Markdown text={widget.text} /> : <p className={styles.nothing}>No text yet</p>}
      </div>
    );
  if (!isComplete(widget))
    return <p className={styles.nothing}>Choose what it shows: click ⋮⋮, then Change.</p>;
  if (runs.length === 0)
    return (
      <p className={styles.nothing}>
        <EyeOff size={18} strokeWidth={1.5} /> No run is drawn
      </p>
    );
  return (
    <Contained what={JSON.stringify(widget)}>
      <Suspense fallback={<div className={styles.nothing} aria-busy="true" />}>{view(props)}</Suspense>
    </Contained>
  );
}

function view(props: WidgetProps) {
  const { widget } = props;
  switch (widget.kind) {
    case "chart":
      return <ChartWidgetView {...props} widget={widget} />;
    case "metric":
      return <MetricWidgetView {...props} widget={widget} />;
    case "table":
      return <TableWidgetView {...props} widget={widget} />;
    case "image":
      return <ImageWidgetView {...props} widget={widget} />;
    case "parallel":
      return <ParallelWidgetView {...props} widget={widget} />;
    case "text":
      return null;
  }
}
