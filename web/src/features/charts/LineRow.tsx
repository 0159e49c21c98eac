import { Diff, Ellipsis, Pin } from "lucide-react";
import type { ReactNode } from "react";
import type { GroupSpread, Line, LineMark } from "@/charts/lines";
import type { Hit } from "@/charts/nearest";
import { type MenuPlace, placeBelow, placeOf } from "@/features/runs/runActions";
import { formatMeasurement, formatNumber } from "@/ui/format";
import styles from "./Legend.module.css";

type Props = {
  readonly hit: Hit;
  readonly nearest?: boolean;
  readonly smoothed: boolean;
  readonly several: boolean;
  /** The run's name in another form, e.g. as a link. */
  readonly name?: ReactNode;
  /** Values of the table's pinned columns. */
  readonly extra?: readonly string[];
  readonly lit?: boolean;
  /** Opens the menu of the run. */
  readonly menu?: (place: MenuPlace) => void;
  readonly onEnter?: () => void;
  readonly onLeave?: () => void;
};

/** One line of a tooltip or legend: its value here, smoothed and as it was logged, and what a bucket hides. */
export function LineRow({
  hit,
  nearest,
  smoothed,
  several,
  name,
  extra,
  lit,
  menu,
  onEnter,
  onLeave,
}: Props) {
  const { line } = hit;
  return (
    <tr
      data-nearest={nearest || undefined}
      data-lit={lit || undefined}
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      onContextMenu={
        menu &&
        ((event) => {
          event.preventDefault();
          menu(placeOf(event));
        })
      }
    >
      <td>
        <Swatch line={line} />
      </td>
      <td className={styles.name}>
        {name ?? line.name}
        {line.mark !== null && <Mark mark={line.mark} />}
      </td>
      {several && <td className={styles.path}>{line.path}</td>}
      {extra?.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
        <td key={index} className={styles.extra} title={text}>
          {text}
        </td>
      ))}
      <td className="num">{formatMeasurement(smoothed ? hit.shown : loggedValue(hit))}</td>
      {smoothed && <td className={`${styles.faint} num`}>{formatMeasurement(loggedValue(hit))}</td>}
      <td className={`${styles.faint} num`}>{bucketNote(hit)}</td>
      {menu !== undefined && (
        <td className={styles.more}>
          <button
            type="button"
            aria-haspopup="menu"
            aria-label={`Actions for ${line.name}`}
            title="What can be done with this run"
            onClick={(event) => menu(placeBelow(event.currentTarget))}
          >
            <Ellipsis size={14} />
          </button>
        </td>
      )}
    </tr>
  );
}

/** Why a line stands out. */
function Mark({ mark }: { readonly mark: LineMark }) {
  const Icon = mark === "baseline" ? Diff : Pin;
  const text = mark === "baseline" ? "Baseline" : "Pinned";
  return <Icon size={12} className={styles.mark} role="img" aria-label={text} />;
}

export function Swatch({ line }: { readonly line: Line }) {
  return (
    <span
      className={styles.swatch}
      data-dash={line.dash % 4 || undefined}
      data-mark={line.mark ?? undefined}
      style={{ "--color": `var(--run-${line.slot % 12})` } as React.CSSProperties}
    />
  );
}

const oddAt = ({ line, index }: Hit) => line.odd.find((each) => each.index === index);

/** The value, which a single point has although it is not finite. */
function loggedValue(hit: Hit): number | string {
  const odd = oddAt(hit);
  if (odd === undefined || Number.isFinite(hit.raw)) return hit.raw;
  return odd.nan > 0 ? "NaN" : odd.posInf > 0 ? "Infinity" : "-Infinity";
}

/** What a bucket of several points hides. */
function bucketNote(hit: Hit): string {
  const { line, index } = hit;
  if (line.group !== undefined) return groupNote(line, line.group, index);
  const odd = oddAt(hit);
  const several = (line.count[index] as number) > 1;
  const parts = several
    ? [`${formatNumber(line.min[index] as number, 4)} … ${formatNumber(line.max[index] as number, 4)}`]
    : [];
  if (odd !== undefined && several) {
    if (odd.nan > 0) parts.push(`${odd.nan} NaN`);
    if (odd.posInf + odd.negInf > 0) parts.push(`${odd.posInf + odd.negInf} infinite`);
  }
  return parts.join(", ");
}

/** Of how many runs a mean is here, and what its band says. */
function groupNote(line: Line, { band, low, high }: GroupSpread, index: number): string {
  const [count, from, to] = [line.count[index] as number, low[index] as number, high[index] as number];
  const runs = `${count} of ${line.runs.length} ${line.runs.length === 1 ? "run" : "runs"}`;
  if (Number.isNaN(from) || count < 2) return runs;
  if (band === "std" || band === "sem") return `± ${formatNumber((to - from) / 2, 3)} · ${runs}`;
  return `${formatNumber(from, 4)} … ${formatNumber(to, 4)} · ${runs}`;
}
