import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import { CornerDownLeft, Search, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { isNql, positionToIndex } from "./nql";
import styles from "./QueryBox.module.css";
import { QueryHelp } from "./QueryHelp";

type Props = {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  /** What the server said about `query`. */
  readonly error: Error | null;
  readonly busy: boolean;
  /** There is little room. */
  readonly short: boolean;
  readonly inputRef: Ref<HTMLInputElement>;
  /** The reader wants to go on in the table. */
  readonly leave: () => void;
};

const TYPING_MS = 300;

/** Plain words search names while they are typed; NQL waits for Enter, because half a condition is always wrong. */
export function QueryBox(props: Props) {
  const { query, setQuery } = props;
  const [text, setText] = useState(query);
  const [scroll, setScroll] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    setText(query);
    clearTimeout(timer.current);
  }, [query]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (next: string) => {
    clearTimeout(timer.current);
    if (next !== query) setQuery(next);
  };
  const change = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    if (!isNql(next)) timer.current = setTimeout(() => apply(next), TYPING_MS);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") apply(text);
    else if (event.key === "ArrowDown") {
      event.preventDefault();
      props.leave();
    } else if (event.key === "Escape") {
      if (text !== query) setText(query);
      else event.currentTarget.blur();
    }
  };

  const problem =
    text === query && props.error instanceof ApiError && props.error.status === 400 ? props.error.body : null;
  const position = problem?.position ?? null;
  return (
    <div className={styles.box} data-invalid={problem !== null || undefined}>
      <Search size={15} className={styles.icon} aria-hidden="true" />
      <div className={styles.field}>
        {position !== null && (
          <Underlined text={text} start={positionToIndex(text, position)} scroll={scroll} />
        )}
        <input
          ref={props.inputRef}
          className={styles.input}
          type="text"
          aria-label="Search runs by name, or filter with a query"
          aria-invalid={problem !== null}
          aria-describedby={problem ? "query-problem" : undefined}
          placeholder={props.short ? "Search or filter" : "Search names, or filter: metrics/val/loss < 0.3"}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => apply(text)}
          onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
        />
      </div>
      {props.busy && <Loader size={13} aria-label="Searching" />}
      {text !== query && isNql(text) && (
        <button type="button" className={styles.enter} onClick={() => apply(text)}>
          Apply <CornerDownLeft size={12} />
        </button>
      )}
      {text !== "" && (
        <Tooltip label="Clear">
          <ActionIcon
            size={22}
            aria-label="Clear the search"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setText("");
              apply("");
            }}
          >
            <X size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      <QueryHelp
        use={(example) => {
          setText(example);
          apply(example);
        }}
      />
      {problem && (
        <div id="query-problem" role="alert" className={styles.problem}>
          {problem.message}
          {problem.hint && <span className={styles.hint}>{problem.hint}</span>}
        </div>
      )}
    </div>
  );
}

/** The same text under the input, transparent but for a wavy line from the mistake to the end of its word. */
function Underlined(props: { readonly text: string; readonly start: number; readonly scroll: number }) {
  const { text, start } = props;
  const rest = text.slice(start);
  const word = rest.match(/^\s*\S+/)?.[0] ?? "   ";
  return (
    <div className={styles.mirror} aria-hidden="true">
      <span style={{ transform: `translateX(${-props.scroll}px)` }}>
        {text.slice(0, start)}
        <u>{rest === "" ? "\u00a0\u00a0" : word}</u>
        {rest.slice(word.length)}
      </span>
    </div>
  );
}
