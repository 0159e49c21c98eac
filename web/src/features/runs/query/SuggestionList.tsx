import { useEffect, useRef } from "react";
import styles from "./SuggestionList.module.css";
import type { Suggestion, Suggestions } from "./useSuggestions";

type Props = {
  /** Options are called `id-0`, `id-1`, … */
  readonly id: string;
  readonly shown: boolean;
  readonly suggestions: Suggestions;
  readonly active: number;
  readonly typed: string;
  readonly accept: (suggestion: Suggestion) => void;
};

/** The listbox under the query. The focus stays in the field. */
export function SuggestionList({ id, shown, suggestions, active, typed, accept }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0)
      box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the focus where it is
    <div
      ref={box}
      className={styles.box}
      hidden={!shown}
      // Within the list a press must not take the focus from the field.
      onMouseDown={(event) => event.preventDefault()}
    >
      <div id={id} role="listbox" aria-label="Completions" className={styles.list}>
        {suggestions.list.map((each, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={each.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            onClick={() => accept(each)}
          >
            <span className={`${styles.label} mono`}>
              <Marked text={each.label} part={typed} />
            </span>
            <span className={styles.detail}>{each.detail}</span>
          </div>
        ))}
      </div>
      <div className={styles.foot} aria-live="polite">
        <span>{suggestions.note}</span>
        {suggestions.list.length > 0 && (
          <span className={styles.keys} aria-hidden="true">
            <kbd>↓</kbd> <kbd>↵</kbd> to take
          </span>
        )}
      </div>
    </div>
  );
}

/** The typed part stands out. */
function Marked({ text, part }: { readonly text: string; readonly part: string }) {
  const at = part === "" ? -1 : text.toLowerCase().indexOf(part.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <b>{text.slice(at, at + part.length)}</b>
      {text.slice(at + part.length)}
    </>
  );
}
