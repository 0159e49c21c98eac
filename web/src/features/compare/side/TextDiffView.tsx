import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { formatCount } from "@/ui/format";
import styles from "./TextDiffView.module.css";
import { type DiffLine, textDiff } from "./textDiff";

const FIRST_LINES = 2000;

/** What changed from one text to another, as lines. */
export function TextDiffView(props: { readonly before: string; readonly after: string }) {
  const { before, after } = props;
  const [shown, setShown] = useState(FIRST_LINES);
  const found = useMemo(() => (before === after ? undefined : textDiff(before, after)), [before, after]);
  if (found === undefined) return <p className={styles.note}>Both are the same, to the last character.</p>;
  if (found === null)
    return (
      <p className={styles.note}>
        These texts of {formatCount(before.length)} and {formatCount(after.length)} characters have too little
        in common to be compared line by line.
      </p>
    );
  return (
    <>
      <p className={styles.note} role="status">
        <b className={styles.plus}>+{formatCount(found.added)}</b>{" "}
        <b className={styles.minus}>−{formatCount(found.removed)}</b>{" "}
        {found.added + found.removed === 1 ? "line" : "lines"}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
      <section className={styles.box} aria-label="Changed lines" tabIndex={0}>
        <table className={styles.table}>
          <tbody>
            {found.lines.slice(0, shown).map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
              <Line key={index} line={line} />
            ))}
          </tbody>
        </table>
      </section>
      {found.lines.length > shown && (
        <Button variant="default" size="xs" onClick={() => setShown(shown * 4)}>
          Show more: {formatCount(shown)} of {formatCount(found.lines.length)} lines here
        </Button>
      )}
    </>
  );
}

function Line({ line }: { readonly line: DiffLine }) {
  if (line.kind === "gap")
    return (
      <tr className={styles.gap}>
        <td colSpan={4}>
          line {line.before} ⟶ {line.after}
        </td>
      </tr>
    );
  return (
    <tr className={styles[line.kind]}>
      <td className={styles.number}>{line.before}</td>
      <td className={styles.number}>{line.after}</td>
      <td className={styles.sign}>{line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}</td>
      <td className={styles.text}>
        {line.parts.map((part, index) =>
          part.changed ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
            <mark key={index}>{part.text}</mark>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
            <span key={index}>{part.text}</span>
          ),
        )}
      </td>
    </tr>
  );
}
