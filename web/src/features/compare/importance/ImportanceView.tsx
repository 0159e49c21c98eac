import { ActionIcon, Button, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, ChartScatter, ChevronRight, Search, Spline } from "lucide-react";
import { useState } from "react";
import { parametersQuery } from "@/api/compare";
import type { Parameter } from "@/api/types";
import { type ColumnSpec, toApiColumn } from "@/features/runs/columns";
import type { PaneProps } from "@/features/runs/tabs";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount, formatNumber } from "@/ui/format";
import { useUrlState } from "@/urlSearch";
import { parallelCodec, plainAxis } from "../parallel/urlState";
import { scatterCodec } from "../scatter/urlState";
import { AttributePicker, NUMERIC, titleOf } from "../shared/AttributePicker";
import { likelyMetric } from "../shared/metric";
import { usableRegex } from "../shared/regex";
import { ScopeControl } from "../shared/ScopeBar";
import bar from "../shared/ScopeBar.module.css";
import { useLiveCompare } from "../shared/useLiveCompare";
import { useSelection } from "../shared/useSelection";
import view from "../shared/View.module.css";
import { compareCodec } from "../urlState";
import { groupBoxes } from "./groups";
import styles from "./ImportanceView.module.css";
import { importanceCodec } from "./urlState";

const SHOWN = 50;
/** A bar above this could well be chance. */
const CHANCE = 0.05;
const AXES = 6;

/** How much each parameter says about a metric; docs/web.md says how it is worked out. */
export function ImportanceView({ project, runs, columns }: PaneProps) {
  const [shared, setShared] = useUrlState(compareCodec);
  const [state, setState] = useUrlState(importanceCodec);
  const [, setParallel] = useUrlState(parallelCodec);
  const [, setScatter] = useUrlState(scatterCodec);
  const [limit, setLimit] = useState(SHOWN);
  const [text, setText] = useState<string | null>(null);
  const select = useSelection(shared.scope, runs);
  useLiveCompare(project, select.runs ?? null);
  const metric = shared.metric ?? likelyMetric(columns);
  const [find] = useDebouncedValue(usableRegex(state.find) ?? "", 200);
  const query = useQuery({
    ...parametersQuery(project, { select, metric: metric && toApiColumn(metric), regex: find, limit }),
    enabled: metric !== null,
  });
  const found = query.data;
  const parameters = found?.parameters ?? [];
  const told = parameters.filter((each) => each.importance !== null);
  const toAxes = () => {
    const chosen = told.slice(0, AXES).map((each): ColumnSpec => ({ path: each.path }));
    setParallel((before) => ({ ...before, axes: [...chosen, ...(metric ? [metric] : [])].map(plainAxis) }));
    setShared((before) => ({ ...before, view: "parallel" }), { push: true });
  };
  const toScatter = (path: string) => {
    setScatter((before) => ({ ...before, x: { path }, y: null, logX: null, logY: null }));
    setShared((before) => ({ ...before, view: "scatter" }), { push: true });
  };
  return (
    <div className={view.view}>
      <div className={view.toolbar}>
        <ScopeControl
          scope={shared.scope}
          setScope={(scope) => setShared((before) => ({ ...before, scope }))}
        />
        <AttributePicker
          project={project}
          label="Metric to explain"
          word="Explain"
          value={metric}
          types={NUMERIC}
          onPick={(column) => setShared((before) => ({ ...before, metric: column }))}
        />
        <TextInput
          size="xs"
          aria-label="Find parameters by name or regular expression"
          placeholder="Find parameters"
          leftSection={<Search size={13} />}
          value={text ?? state.find}
          error={usableRegex(text ?? state.find) === null}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setText(next);
            if (usableRegex(next) !== null) setState(() => ({ find: next }));
          }}
          onBlur={() => setText(null)}
        />
        {told.length > 1 && (
          <Button size="xs" variant="default" leftSection={<Spline size={13} />} onClick={toAxes}>
            As parallel axes
          </Button>
        )}
        <span className={view.rest}>
          {found && (
            <span className={`${bar.count} num`} role="status">
              from <b>{formatCount(found.metric_runs)}</b>{" "}
              {found.runs < found.total ? (
                <>
                  of the first <b>{formatCount(found.runs)}</b> of <b>{formatCount(found.total)}</b> runs
                </>
              ) : (
                <>
                  of <b>{formatCount(found.runs)}</b> {found.runs === 1 ? "run" : "runs"}
                </>
              )}
            </span>
          )}
        </span>
      </div>
      {query.error !== null && found === undefined ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : metric === null ? (
        <Empty title="No metric to explain">
          Choose a number above: the last value of a series, or a single value.
        </Empty>
      ) : found === undefined ? (
        <div className={view.loading} aria-busy="true" />
      ) : parameters.length === 0 ? (
        <Empty
          title={shared.scope === "drawn" && runs.length === 0 ? "No run is drawn" : "Nothing varies here"}
        >
          {found.constant > 0
            ? `${formatCount(found.constant)} parameters are the same in all of these runs.`
            : "These runs have no parameters that could explain it."}
        </Empty>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={`What parameters say about ${titleOf(metric)}`}>
            <thead>
              <tr>
                <th scope="col">Parameter</th>
                <th scope="col" className={styles.wide}>
                  <Tooltip
                    multiline
                    w={300}
                    label="The share of the variance of the metric's ranks that lies between groups of runs with the same value (η² of the Kruskal–Wallis test). Pale: p above 0.05, could well be chance."
                  >
                    <span className={styles.help}>Importance</span>
                  </Tooltip>
                </th>
                <th scope="col" className={styles.middle}>
                  <Tooltip
                    multiline
                    w={260}
                    label="Spearman's ρ: whether the metric rises or falls with the number, −1 to 1."
                  >
                    <span className={styles.help}>Correlation</span>
                  </Tooltip>
                </th>
                <th scope="col" className={styles.number}>
                  p
                </th>
                <th scope="col" className={styles.number}>
                  Values
                </th>
                <th scope="col" className={styles.number}>
                  Runs
                </th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((each) => (
                <Row key={each.path} parameter={each} toScatter={() => toScatter(each.path)} />
              ))}
            </tbody>
          </table>
          <p className={styles.note}>
            {formatCount(parameters.length)} of {formatCount(found.varying)} parameters that vary
            {found.constant > 0 && `; ${formatCount(found.constant)} do not`}. Each is looked at by itself.
            {parameters.length < Math.min(300, found.varying) && (
              <Button size="compact-xs" variant="subtle" onClick={() => setLimit(300)}>
                Show more
              </Button>
            )}
          </p>
        </div>
      )}
    </div>
  );
}

function Empty(props: { readonly title: string; readonly children: string }) {
  return (
    <EmptyState icon={<ChartNoAxesColumn size={28} strokeWidth={1.5} />} title={props.title}>
      <p>{props.children}</p>
    </EmptyState>
  );
}

function Row(props: { readonly parameter: Parameter; readonly toScatter: () => void }) {
  const { parameter } = props;
  const [open, setOpen] = useState(false);
  const { importance, correlation, p_value: p } = parameter;
  const cut = parameter.path.lastIndexOf("/") + 1;
  const known = importance !== null;
  return (
    <>
      <tr className={styles.row} data-chance={(p !== null && p > CHANCE) || undefined}>
        <th scope="row">
          <button
            type="button"
            className={styles.name}
            aria-expanded={known ? open : undefined}
            disabled={!known}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={13} className={styles.chevron} aria-hidden="true" />
            <span className={styles.path} title={parameter.path}>
              <span className={styles.prefix}>{parameter.path.slice(0, cut)}</span>
              {parameter.path.slice(cut)}
            </span>
          </button>
        </th>
        <td className={styles.wide}>
          {known ? (
            <span className={styles.measure}>
              <span className={styles.track}>
                <span className={styles.bar} style={{ width: `${importance * 100}%` }} />
              </span>
              <span className="num">{importance.toFixed(2)}</span>
            </span>
          ) : (
            <span className="quiet">
              {parameter.distinct > parameter.runs / 2 ? "a value for nearly each run" : "too few runs"}
            </span>
          )}
        </td>
        <td className={styles.middle}>
          {correlation !== null && (
            <span className={styles.measure}>
              <span className={styles.axis}>
                <span
                  className={styles.rho}
                  style={{
                    left: `${50 + Math.min(0, correlation) * 50}%`,
                    width: `${Math.abs(correlation) * 50}%`,
                  }}
                />
              </span>
              <span className="num">{signed(correlation)}</span>
            </span>
          )}
        </td>
        <td className={`${styles.number} num`}>{p === null ? "" : p < 0.001 ? "< 0.001" : p.toFixed(3)}</td>
        <td className={`${styles.number} num`}>{formatCount(parameter.distinct)}</td>
        <td className={`${styles.number} num`}>{formatCount(parameter.runs)}</td>
        <td>
          <Tooltip label="Against the metric, as points">
            <ActionIcon size={24} aria-label={`Scatter of ${parameter.path}`} onClick={props.toScatter}>
              <ChartScatter size={14} />
            </ActionIcon>
          </Tooltip>
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={7} className={styles.detail}>
            <Groups parameter={parameter} />
          </td>
        </tr>
      )}
    </>
  );
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

function Groups({ parameter }: { readonly parameter: Parameter }) {
  const { boxes, range } = groupBoxes(parameter);
  const runs = boxes.reduce((sum, box) => sum + box.runs, 0);
  return (
    <table className={styles.groups} aria-label={`The metric for values of ${parameter.path}`}>
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col" className={styles.number}>
            Runs
          </th>
          <th scope="col" className={styles.number}>
            Median
          </th>
          <th scope="col" className={styles.wide}>
            <span className={styles.range}>
              <span className="num">{range && formatNumber(range[0], 4)}</span>
              <span>middle half of the runs</span>
              <span className="num">{range && formatNumber(range[1], 4)}</span>
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {boxes.map((box) => (
          <tr key={box.label}>
            <td>{box.label}</td>
            <td className={`${styles.number} num`}>{formatCount(box.runs)}</td>
            <td className={`${styles.number} num`}>{formatNumber(box.median, 4) || "–"}</td>
            <td className={styles.wide}>
              <span className={styles.line}>
                {box.low !== null && box.high !== null && box.middle !== null && (
                  <>
                    <span
                      className={styles.half}
                      style={{ left: `${box.low * 100}%`, width: `${(box.high - box.low) * 100}%` }}
                    />
                    <span className={styles.median} style={{ left: `${box.middle * 100}%` }} />
                  </>
                )}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
      {runs < parameter.runs && (
        <caption className={styles.note}>
          The {formatCount(boxes.length)} values of most runs; {formatCount(parameter.runs - runs)} runs have
          others.
        </caption>
      )}
    </table>
  );
}
