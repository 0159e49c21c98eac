import { Autocomplete, Button, SegmentedControl, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { AggregateName, ProjectRef, TypeLabel } from "@/api/types";
import { formatCount, formatMeasurement } from "@/ui/format";
import { AGGREGATES } from "../columns";
import styles from "./ConditionEditor.module.css";
import {
  type Condition,
  type Content,
  type NameTerm,
  OPERATOR_WORDS,
  type Operator,
  operatorsOf,
  takesList,
  takesValue,
} from "./condition";
import type { Term } from "./terms";
import { useAttributeNames, useAttributeValues, useTypes } from "./useSuggestions";

type Made = Pick<Term, "negated" | "content">;

type Props = {
  readonly project: ProjectRef;
  /** null: a new one. */
  readonly term: Term | null;
  readonly apply: (next: Made) => void;
  readonly close: () => void;
};

const NEW_CONDITION: Condition = { kind: "condition", path: "", operator: "=", values: [] };
const NEW_NAME: NameTerm = { kind: "name", text: "", regex: false, ignoreCase: true };

/** A form for one term of the query: an attribute compared, or a search of names; a group as text. */
export function ConditionEditor({ project, term, apply, close }: Props) {
  const [content, setContent] = useState<Content>(term?.content ?? NEW_CONDITION);
  const [negated, setNegated] = useState(term?.negated ?? false);
  const complete =
    content.kind === "group"
      ? content.text.trim() !== ""
      : content.kind === "name"
        ? content.text !== ""
        : content.path !== "" && (!takesValue(content.operator) || content.values.length > 0);
  const form = useRef<HTMLFormElement>(null);
  // The form came after the dialog: the trap that keeps the focus found nothing to give it to.
  useEffect(() => form.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) apply({ negated, content });
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit}>
      {term === null && content.kind !== "group" && (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="What is compared"
          value={content.kind}
          onChange={(kind) => setContent(kind === "name" ? NEW_NAME : NEW_CONDITION)}
          data={[
            { value: "condition", label: "Attribute" },
            { value: "name", label: "Name of the run" },
          ]}
        />
      )}
      {content.kind === "condition" && (
        <ConditionFields project={project} condition={content} change={setContent} fresh={term === null} />
      )}
      {content.kind === "name" && <NameFields term={content} change={setContent} />}
      {content.kind === "group" && (
        <TextInput
          size="xs"
          label="Conditions in parentheses"
          value={content.text}
          data-autofocus
          classNames={{ input: "mono" }}
          onChange={(event) => setContent({ kind: "group", text: event.currentTarget.value })}
        />
      )}
      <Switch
        size="xs"
        label="NOT: the opposite must hold"
        checked={negated}
        onChange={() => setNegated(!negated)}
      />
      <div className={styles.buttons}>
        <Button size="xs" variant="default" onClick={close}>
          Cancel
        </Button>
        <Button size="xs" type="submit" disabled={!complete}>
          {term === null ? "Add" : "Apply"}
        </Button>
      </div>
    </form>
  );
}

function NameFields(props: { readonly term: NameTerm; readonly change: (next: NameTerm) => void }) {
  const { term, change } = props;
  const wrong = term.regex ? regexProblem(term.text) : null;
  return (
    <>
      <TextInput
        size="xs"
        label={term.regex ? "Regular expression (RE2) found in the name" : "Part of the name or ID"}
        value={term.text}
        data-autofocus
        error={wrong}
        onChange={(event) => change({ ...term, text: event.currentTarget.value })}
      />
      <Switch
        size="xs"
        label="Regular expression"
        checked={term.regex}
        onChange={() => change({ ...term, regex: !term.regex })}
      />
      {term.regex && (
        <Switch
          size="xs"
          label="In any case"
          checked={term.ignoreCase}
          onChange={() => change({ ...term, ignoreCase: !term.ignoreCase })}
        />
      )}
    </>
  );
}

/** What the browser says of it; the server's RE2 has the last word. */
function regexProblem(text: string): string | null {
  try {
    new RegExp(text);
    return null;
  } catch {
    return "Not a regular expression yet";
  }
}

function ConditionFields(props: {
  readonly project: ProjectRef;
  readonly condition: Condition;
  readonly change: (next: Condition) => void;
  readonly fresh: boolean;
}) {
  const { project, condition, change } = props;
  const [asked] = useDebouncedValue(condition.path, 120);
  const names = useAttributeNames(project, asked, { enabled: true });
  const types = useTypes(project, asked);
  const type: TypeLabel | undefined = condition.type ?? types?.[0];
  const operators = operatorsOf(type);
  const operator = operators.includes(condition.operator) ? condition.operator : (operators[0] ?? "EXISTS");
  const paths = [...new Set(names.names.map((each) => each.path))];
  const typeOfPath = new Map(names.names.map((each) => [each.path, each.type]));
  return (
    <>
      <Autocomplete
        size="xs"
        label="Attribute"
        placeholder="params/lr"
        value={condition.path}
        data={paths.slice(0, 100)}
        filter={({ options }) => options}
        maxDropdownHeight={240}
        data-autofocus={props.fresh || undefined}
        comboboxProps={{ withinPortal: false }}
        renderOption={({ option }) => (
          <span className={styles.option}>
            <span className="mono">{option.value}</span>
            <span className="quiet">{(typeOfPath.get(option.value) ?? "").replace("_", " ")}</span>
          </span>
        )}
        onChange={(path) => {
          if (path !== condition.path)
            change({ kind: "condition", path, operator, values: condition.values });
        }}
        description={asked !== "" && types?.length === 0 ? "No run has it yet" : undefined}
      />
      {types !== null && types.length > 1 && (
        <Select
          size="xs"
          label="Type"
          clearable
          placeholder="any that fits"
          value={condition.type ?? null}
          data={types.map((value) => ({ value, label: value.replace("_", " ") }))}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => {
            const { type: _, aggregate: __, ...rest } = condition;
            change(value === null ? rest : { ...rest, type: value as TypeLabel });
          }}
        />
      )}
      {type === "float_series" && takesValue(operator) && (
        <Select
          size="xs"
          label="Of the series"
          allowDeselect={false}
          value={condition.aggregate ?? "last"}
          data={AGGREGATES.map((value) => ({ value, label: value.replace("_", " ") }))}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) =>
            change({ ...condition, type: "float_series", aggregate: (value ?? "last") as AggregateName })
          }
        />
      )}
      <Select
        size="xs"
        label="Comparison"
        allowDeselect={false}
        value={operator}
        data={operators.map((value) => ({ value, label: `${value}  ${OPERATOR_WORDS[value]}` }))}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => change({ ...condition, operator: (value ?? "=") as Operator })}
      />
      {takesValue(operator) && (
        <ValueField
          project={project}
          condition={{ ...condition, operator }}
          type={type}
          change={(values) => change({ ...condition, operator, values })}
          focus={!props.fresh}
        />
      )}
    </>
  );
}

const countText = (runs: number | null | undefined): string => (runs == null ? "" : formatCount(runs));

function ValueField(props: {
  readonly project: ProjectRef;
  readonly condition: Condition;
  readonly type: TypeLabel | undefined;
  readonly change: (values: readonly string[]) => void;
  readonly focus: boolean;
}) {
  const { condition, type, change } = props;
  const list = takesList(condition.operator);
  const [typed, setTyped] = useState("");
  const text = list ? typed : (condition.values[0] ?? "");
  const [search] = useDebouncedValue(text, 120);
  const known = condition.path === "" ? null : { path: condition.path, ...(type ? { type } : {}) };
  const { found } = useAttributeValues(props.project, known, search);
  const values = [...new Set((found?.values ?? []).map((each) => String(each.value)))].filter(Boolean);
  const runs = new Map((found?.values ?? []).map((each) => [String(each.value), each.runs]));
  const range =
    found && found.low !== null && found.high !== null
      ? `From ${formatMeasurement(found.low)} to ${formatMeasurement(found.high)}`
      : undefined;
  const shared = {
    size: "xs",
    data: values,
    maxDropdownHeight: 220,
    comboboxProps: { withinPortal: false },
    description: type === "datetime" ? "ISO 8601, such as 2026-11-23T12:00" : range,
    ...(props.focus ? { "data-autofocus": true } : {}),
    renderOption: ({ option }: { option: { value: string } }) => (
      <span className={styles.option}>
        <span className="mono">{option.value}</span>
        <span className="quiet num">{countText(runs.get(option.value))}</span>
      </span>
    ),
  } as const;
  return list ? (
    <TagsInput
      {...shared}
      label="Values"
      placeholder="Type and press Enter"
      acceptValueOnBlur
      value={[...condition.values]}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={change}
    />
  ) : (
    <Autocomplete
      {...shared}
      label="Value"
      value={condition.values[0] ?? ""}
      filter={({ options }) => options}
      onChange={(value) => change(value === "" ? [] : [value])}
    />
  );
}
