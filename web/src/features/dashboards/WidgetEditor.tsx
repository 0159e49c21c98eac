import {
  Autocomplete,
  Button,
  SegmentedControl,
  Select,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import type { ChartWidget, Column, ProjectRef, TextWidget, TypeLabel, Widget } from "@/api/types";
import { isPattern } from "@/features/charts/pattern";
import { AGGREGATES } from "@/features/runs/columns";
import { useAttributeNames } from "@/features/runs/query/useSuggestions";
import { Dialog } from "@/ui/Dialog";
import { Markdown } from "@/ui/Markdown";
import styles from "./WidgetEditor.module.css";
import { columnText, columnTyped, proposed } from "./widgets/columnSpecs";
import { kindLabel } from "./widgets/kinds";

type Props = {
  readonly project: ProjectRef;
  readonly widget: Widget;
  readonly fresh: boolean;
  readonly apply: (widget: Widget) => void;
  readonly close: () => void;
};

/** What a widget shows, as a form. */
export function WidgetEditor({ project, widget: given, fresh, apply, close }: Props) {
  const [widget, setWidget] = useState(given);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply(widget);
  };
  return (
    <Dialog
      close={close}
      title={fresh ? `New widget: ${kindLabel(widget.kind)}` : `Change: ${kindLabel(widget.kind)}`}
      size={widget.kind === "text" ? "xl" : "md"}
    >
      <form className={styles.form} onSubmit={submit}>
        <Fields project={project} widget={widget} change={setWidget} />
        <TextInput
          label="Title"
          placeholder="Made from what it shows"
          maxLength={200}
          value={widget.title ?? ""}
          onChange={(event) => setWidget({ ...widget, title: event.currentTarget.value })}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit">{fresh ? "Add" : "Apply"}</Button>
        </div>
      </form>
    </Dialog>
  );
}

type FieldsProps<W extends Widget> = {
  readonly project: ProjectRef;
  readonly widget: W;
  readonly change: (widget: Widget) => void;
};

const NUMBERS: readonly TypeLabel[] = ["float_series", "float", "int"];

function Fields({ project, widget, change }: FieldsProps<Widget>) {
  switch (widget.kind) {
    case "chart":
      return <ChartFields project={project} widget={widget} change={change} />;
    case "text":
      return <TextFields project={project} widget={widget} change={change} />;
    case "metric":
      return (
        <>
          <PathField
            project={project}
            label="Metric"
            types={NUMBERS}
            value={widget.path}
            change={(path) => change({ ...widget, path })}
          />
          <Select
            label="Of the series"
            allowDeselect={false}
            value={widget.aggregate ?? "last"}
            data={AGGREGATES.map((value) => ({ value, label: value.replace("_", " ") }))}
            onChange={(value) =>
              change({ ...widget, aggregate: AGGREGATES.find((each) => each === value) ?? "last" })
            }
          />
          <SegmentedControl
            size="xs"
            aria-label="Of the drawn runs"
            value={widget.across ?? "each"}
            onChange={(across) => change({ ...widget, across: across as "each" | "min" | "max" | "mean" })}
            data={[
              { value: "each", label: "Each run" },
              { value: "min", label: "Least" },
              { value: "max", label: "Greatest" },
              { value: "mean", label: "Mean" },
            ]}
          />
        </>
      );
    case "image":
      return (
        <>
          <PathField
            project={project}
            label="Images, sounds, texts"
            types={["file_series", "file", "string_series"]}
            value={widget.path}
            change={(path) => change({ ...widget, path })}
          />
          <TextInput
            label="Step"
            placeholder="the newest"
            inputMode="decimal"
            value={widget.step ?? ""}
            onChange={(event) => {
              const text = event.currentTarget.value.trim();
              const step = Number(text);
              change({ ...widget, step: text === "" || !Number.isFinite(step) ? null : step });
            }}
          />
        </>
      );
    case "table":
      return (
        <ColumnsField
          project={project}
          label="Columns"
          columns={widget.columns ?? []}
          change={(columns) => change({ ...widget, columns })}
        />
      );
    case "parallel":
      return (
        <>
          <ColumnsField
            project={project}
            label="Axes"
            columns={widget.columns ?? []}
            change={(columns) => change({ ...widget, columns })}
          />
          <PathField
            project={project}
            label="Colour by"
            types={NUMBERS}
            value={widget.color?.path ?? ""}
            change={(path) => change({ ...widget, color: path === "" ? null : { path } })}
          />
        </>
      );
  }
}

function useNames(project: ProjectRef, typed: string, types?: readonly TypeLabel[]): string[] {
  const [asked] = useDebouncedValue(typed, 120);
  const { names } = useAttributeNames(project, asked, { enabled: true, ...(types ? { types } : {}) });
  return [...new Set(names.map((each) => each.path))].slice(0, 100);
}

function PathField(props: {
  readonly project: ProjectRef;
  readonly label: string;
  readonly types: readonly TypeLabel[];
  readonly value: string;
  readonly change: (path: string) => void;
}) {
  const names = useNames(props.project, props.value, props.types);
  return (
    <Autocomplete
      label={props.label}
      placeholder="Type to find"
      data-autofocus
      value={props.value}
      data={names}
      filter={({ options }) => options}
      maxDropdownHeight={220}
      onChange={props.change}
    />
  );
}

function ColumnsField(props: {
  readonly project: ProjectRef;
  readonly label: string;
  readonly columns: readonly Column[];
  readonly change: (columns: Column[]) => void;
}) {
  const [typed, setTyped] = useState("");
  const { search, wrap } = proposed(typed);
  const names = useNames(props.project, search, search === typed ? undefined : ["float_series"]);
  const known = new Map(props.columns.map((column) => [columnText(column), column]));
  return (
    <TagsInput
      label={props.label}
      description="Of a series the newest value, or what a function says: min(val/loss)"
      placeholder={props.columns.length === 0 ? "Those of the page" : ""}
      data-autofocus
      value={[...known.keys()]}
      data={names.map(wrap)}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      maxDropdownHeight={220}
      maxTags={50}
      onChange={(paths) => props.change(paths.map((text) => known.get(text) ?? columnTyped(text)))}
    />
  );
}

function ChartFields({ project, widget, change }: FieldsProps<ChartWidget>) {
  const [typed, setTyped] = useState("");
  const names = useNames(project, typed, ["float_series"]);
  const settings = widget.settings ?? {};
  const set = (next: Partial<typeof settings>) => change({ ...widget, settings: { ...settings, ...next } });
  const three = (label: string, value: boolean | null | undefined, pick: (value: boolean | null) => void) => (
    <Select
      label={label}
      allowDeselect={false}
      value={value == null ? "page" : value ? "on" : "off"}
      data={[
        { value: "page", label: "As on the page" },
        { value: "on", label: "On" },
        { value: "off", label: "Off" },
      ]}
      onChange={(text) => pick(text === "on" ? true : text === "off" ? false : null)}
    />
  );
  return (
    <>
      <TagsInput
        label="Metrics"
        placeholder="Type to find"
        data-autofocus
        value={widget.metrics ?? []}
        data={names}
        filter={({ options }) => options}
        searchValue={typed}
        onSearchChange={setTyped}
        acceptValueOnBlur
        maxDropdownHeight={220}
        maxTags={100}
        onChange={(metrics) => change({ ...widget, metrics })}
      />
      <TextInput
        label="And all whose name matches"
        description="A regular expression (RE2); metrics that come later join by themselves"
        placeholder="^val/.*loss"
        classNames={{ input: "mono" }}
        value={widget.pattern ?? ""}
        error={isPattern(widget.pattern ?? "") ? null : "This is not a regular expression yet"}
        onChange={(event) => change({ ...widget, pattern: event.currentTarget.value })}
      />
      <div className={styles.pair}>
        <Select
          label="X axis"
          allowDeselect={false}
          value={settings.axis ?? "page"}
          data={[
            { value: "page", label: "As on the page" },
            { value: "step", label: "Step" },
            { value: "relative", label: "Relative time" },
            { value: "time", label: "Time" },
          ]}
          onChange={(text) =>
            set({ axis: text === "step" || text === "relative" || text === "time" ? text : null })
          }
        />
        {three("Logarithmic y", settings.log_y, (log_y) => set({ log_y }))}
        {three("Logarithmic x", settings.log_x, (log_x) => set({ log_x }))}
        {three("Leave outliers out of the range", settings.clip, (clip) => set({ clip }))}
      </div>
    </>
  );
}

function TextFields({ widget, change }: FieldsProps<TextWidget>) {
  return (
    <div className={styles.text}>
      <Textarea
        label="Text (Markdown)"
        data-autofocus
        rows={14}
        maxLength={50_000}
        classNames={{ input: "mono" }}
        value={widget.text ?? ""}
        onChange={(event) => change({ ...widget, text: event.currentTarget.value })}
      />
      <section className={styles.preview} aria-label="Preview">
        <Markdown text={widget.text ?? ""} />
      </section>
    </div>
  );
}
