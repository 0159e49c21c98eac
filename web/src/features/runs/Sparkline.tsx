import type { Sparkline as Line } from "@/api/types";
import styles from "./cells.module.css";
import { useSparkline } from "./sparklines";

const WIDTH = 64;
const HEIGHT = 20;

/** The course of a run's series beside its number: the mean, and a band from the least to the greatest value. */
export function Sparkline(props: { readonly run: number; readonly path: string }) {
  const line = useSparkline(props.run, props.path);
  const paths = line ? drawn(line) : null;
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {paths && (
        <>
          <path d={paths.band} className={styles.band} />
          <path d={paths.mean} className={styles.line} />
        </>
      )}
    </svg>
  );
}

/** SVG paths of a picture. Buckets without a finite value are left out. */
export function drawn(line: Line): { readonly mean: string; readonly band: string } | null {
  const points = line.x.flatMap((x, i) => {
    const [mean, min, max] = [line.mean[i], line.min[i], line.max[i]];
    return typeof mean === "number" && typeof min === "number" && typeof max === "number"
      ? [{ x: (x / 1000) * (WIDTH - 2) + 1, mean, min, max }]
      : [];
  });
  if (points.length === 0) return null;
  const low = Math.min(...points.map((point) => point.min));
  const high = Math.max(...points.map((point) => point.max));
  const y = (value: number) =>
    high > low ? HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4) : HEIGHT / 2;
  const at = (x: number, value: number) => `${x.toFixed(1)} ${y(value).toFixed(1)}`;
  const upper = points.map((point) => at(point.x, point.max));
  const lower = points.map((point) => at(point.x, point.min)).reverse();
  return {
    mean: `M${points.map((point) => at(point.x, point.mean)).join("L")}`,
    band: `M${[...upper, ...lower].join("L")}Z`,
  };
}
