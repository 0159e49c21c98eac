import { Popover } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { part } from "@/ui/part";
import { type Content, contentText } from "./condition";
import styles from "./QueryChips.module.css";
import { appendTerm, removeTerm, replaceTerm, setJoiner, type Term, termsOf } from "./terms";

const ConditionEditor = part(async () => (await import("./ConditionEditor")).ConditionEditor);

type Props = {
  readonly project: ProjectRef;
  /** As applied. */
  readonly query: string;
  readonly setQuery: (query: string) => void;
  /** A new condition is being made. */
  readonly building: boolean;
  readonly setBuilding: (building: boolean) => void;
};

/** The conditions of the query as chips: each can be changed, negated and removed, and what joins them switched. */
export function QueryChips({ project, query, setQuery, building, setBuilding }: Props) {
  const terms = useMemo(() => termsOf(query), [query]);
  const [edited, setEdited] = useState<number | null>(null);
  const plain = terms === null || terms.length === 0 || (terms.length === 1 && isPlainName(terms[0]));
  if (plain && !building) return null;
  const shown = plain ? [] : (terms ?? []);
  return (
    <ul className={styles.row} aria-label="Conditions of the query">
      {shown.map((term, index) => {
        const text = query.slice(term.start, term.end);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a term is its place and its text
          <li key={`${index} ${text}`} className={styles.item}>
            {term.joiner !== null && (
              <button
                type="button"
                className={styles.joiner}
                data-joiner={term.joiner}
                aria-label={`${term.joiner}: join with ${other(term.joiner)} instead`}
                title={`Change to ${other(term.joiner)}. AND binds closer than OR.`}
                onClick={() => setQuery(setJoiner(query, terms ?? [], index, other(term.joiner)))}
              >
                {term.joiner}
              </button>
            )}
            <Popover
              opened={edited === index}
              onChange={(open) => !open && setEdited(null)}
              position="bottom-start"
              trapFocus
              returnFocus
              withRoles={false}
            >
              <Popover.Target>
                <span className={styles.chip} data-negated={term.negated || undefined}>
                  <button
                    type="button"
                    className={styles.body}
                    aria-haspopup="dialog"
                    aria-expanded={edited === index}
                    title={`${text}: change`}
                    onClick={() => setEdited(edited === index ? null : index)}
                  >
                    {term.negated && <b className={styles.not}>NOT </b>}
                    <ChipText content={term.content} />
                  </button>
                  <button
                    type="button"
                    className={styles.remove}
                    aria-label={`Remove ${text}`}
                    onClick={() => setQuery(removeTerm(query, terms ?? [], index))}
                  >
                    <X size={12} />
                  </button>
                </span>
              </Popover.Target>
              <Popover.Dropdown role="dialog" aria-label="Change the condition">
                <Suspense
                  fallback={<div className={styles.waiting} aria-busy="true" tabIndex={-1} data-autofocus />}
                >
                  <ConditionEditor
                    project={project}
                    term={term}
                    close={() => setEdited(null)}
                    apply={(next) => {
                      setEdited(null);
                      setQuery(replaceTerm(query, terms ?? [], index, next));
                    }}
                  />
                </Suspense>
              </Popover.Dropdown>
            </Popover>
          </li>
        );
      })}
      <li className={styles.item}>
        <Popover
          opened={building}
          onChange={setBuilding}
          position="bottom-start"
          trapFocus
          returnFocus
          withRoles={false}
        >
          <Popover.Target>
            <button
              type="button"
              className={styles.add}
              aria-haspopup="dialog"
              aria-expanded={building}
              onClick={() => setBuilding(!building)}
            >
              <Plus size={13} /> Condition
            </button>
          </Popover.Target>
          <Popover.Dropdown role="dialog" aria-label="A new condition">
            <Suspense
              fallback={<div className={styles.waiting} aria-busy="true" tabIndex={-1} data-autofocus />}
            >
              <ConditionEditor
                project={project}
                term={null}
                close={() => setBuilding(false)}
                apply={(next) => {
                  setBuilding(false);
                  setQuery(appendTerm(query, terms, next));
                }}
              />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
      </li>
      {shown.length > 1 && (
        <li className={styles.item}>
          <button type="button" className={styles.add} onClick={() => setQuery("")}>
            Clear
          </button>
        </li>
      )}
    </ul>
  );
}

const other = (joiner: "AND" | "OR" | null): "AND" | "OR" => (joiner === "OR" ? "AND" : "OR");

/** A word that looks for names is all there in the field. */
const isPlainName = (term: Term | undefined): boolean =>
  term !== undefined && !term.negated && term.content.kind === "name" && !term.content.regex;

function ChipText({ content }: { readonly content: Content }) {
  if (content.kind === "name")
    return (
      <>
        <span className={styles.path}>name</span> {content.regex ? "matches" : "contains"}{" "}
        <span className="mono">{content.regex ? contentText(content) : content.text}</span>
      </>
    );
  if (content.kind === "group") return <span className="mono">{content.text}</span>;
  const cut = content.path.lastIndexOf("/") + 1;
  const path = (
    <>
      <span className={styles.path}>{content.path.slice(0, cut)}</span>
      <b>{content.path.slice(cut)}</b>
    </>
  );
  return (
    <>
      {content.aggregate ? (
        <>
          {content.aggregate.replace("_", " ")}({path})
        </>
      ) : (
        path
      )}{" "}
      <span className={styles.operator}>{content.operator}</span>{" "}
      <span className="mono">{content.values.join(", ")}</span>
    </>
  );
}
