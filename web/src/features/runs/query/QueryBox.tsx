import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import { CornerDownLeft, ListFilterPlus, Search, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import type { ProjectRef } from "@/api/types";
import { completed, placeAt } from "./complete";
import { isNql, positionToIndex } from "./nql";
import styles from "./QueryBox.module.css";
import { QueryHelp } from "./QueryHelp";
import { SuggestionList } from "./SuggestionList";
import { type Suggestion, useSuggestions } from "./useSuggestions";

type Props = {
  readonly project: ProjectRef;
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
  /** The reader wants to be asked for a condition. */
  readonly build: () => void;
};

const TYPING_MS = 300;

/**
 * Plain words search names while they are typed; NQL waits for Enter, because half a condition is always wrong. What may follow
 * is proposed (a combobox after WAI-ARIA: the list is only entered with the arrows, so Enter means what it says).
 */
export function QueryBox(props: Props) {
  const { query, setQuery } = props;
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState<number | null>(null);
  const [opened, setOpened] = useState(false);
  const [active, setActive] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useRef<number | null>(null);
  const list = useId();

  useEffect(() => {
    setText(query);
    clearTimeout(timer.current);
  }, [query]);
  useEffect(() => () => clearTimeout(timer.current), []);
  // A completion puts the caret behind itself once the field has the new text.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each new text
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [text]);

  const place = opened && caret !== null ? placeAt(text, caret) : null;
  const suggestions = useSuggestions(props.project, place);
  const shown = place !== null && (suggestions.list.length > 0 || suggestions.note !== null);
  const chosen = shown ? suggestions.list[active] : undefined;

  const close = () => {
    setOpened(false);
    setActive(-1);
  };
  const apply = (next: string) => {
    clearTimeout(timer.current);
    close();
    if (next !== query) setQuery(next);
  };
  const change = (next: string, at: number | null) => {
    setText(next);
    setCaret(at);
    setOpened(true);
    setActive(-1);
    clearTimeout(timer.current);
    if (!isNql(next)) timer.current = setTimeout(() => next !== query && setQuery(next), TYPING_MS);
  };
  const accept = (suggestion: Suggestion) => {
    if (place === null) return;
    const next = completed(text, place, suggestion.insert);
    wanted.current = next.caret;
    change(next.text, next.caret);
    // The attribute alone would search names.
    clearTimeout(timer.current);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    const count = suggestions.list.length;
    const into = (key === "ArrowDown" && event.altKey) || (key === " " && event.ctrlKey);
    if (into && !shown) {
      event.preventDefault();
      setCaret(event.currentTarget.selectionStart);
      setOpened(true);
    } else if (shown && count > 0 && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      const step = key === "ArrowDown" ? 1 : -1;
      setActive(active < 0 ? (step > 0 ? 0 : count - 1) : active + step >= count ? -1 : active + step);
    } else if (chosen !== undefined && (key === "Enter" || key === "Tab")) {
      event.preventDefault();
      accept(chosen);
    } else if (key === "Enter") apply(text);
    else if (key === "ArrowDown") {
      event.preventDefault();
      props.leave();
    } else if (key === "Escape") {
      if (shown) close();
      else if (text !== query) {
        clearTimeout(timer.current);
        setText(query);
      } else event.currentTarget.blur();
    }
  };
  const follow = (element: HTMLInputElement) => {
    const at = element.selectionStart === element.selectionEnd ? element.selectionStart : null;
    if (at !== caret) {
      setCaret(at);
      setActive(-1);
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
          ref={(element) => {
            input.current = element;
            if (typeof props.inputRef === "function") props.inputRef(element);
            else if (props.inputRef) props.inputRef.current = element;
          }}
          className={styles.input}
          type="text"
          role="combobox"
          aria-label="Search runs by name, or filter with a query"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={list}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${active}`}
          aria-invalid={problem !== null}
          aria-describedby={problem ? "query-problem" : undefined}
          placeholder={props.short ? "Search or filter" : "Search names, or filter: metrics/val/loss < 0.3"}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={text}
          onChange={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
          onSelect={(event) => follow(event.currentTarget)}
          onKeyDown={onKeyDown}
          onBlur={() => apply(text)}
          onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
        />
      </div>
      {props.busy && <Loader size={13} role="status" aria-label="Searching" />}
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
      <Tooltip label="Add a condition">
        <ActionIcon size={22} aria-label="Add a condition" onClick={props.build}>
          <ListFilterPlus size={14} />
        </ActionIcon>
      </Tooltip>
      <QueryHelp
        use={(example) => {
          setText(example);
          apply(example);
        }}
      />
      <SuggestionList
        id={list}
        shown={shown}
        suggestions={suggestions}
        active={active}
        typed={place?.typed ?? ""}
        accept={accept}
      />
      {problem && !shown && (
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
