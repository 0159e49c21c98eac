import { memo } from "react";
import { Chart, type ChartProps } from "./Chart";
import styles from "./ChartCard.module.css";

/** A chart on its card. */
export const ChartCard = memo(function ChartCard(props: ChartProps) {
  return (
    <article className={styles.card} aria-label={props.spec.label}>
      <Chart {...props} />
    </article>
  );
});
