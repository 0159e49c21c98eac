import { CircleAlert } from "lucide-react";
import type { RunAttribute } from "@/api/types";
import { formatDuration, formatMeasurement, formatNumber } from "@/ui/format";
import { Markdown } from "@/ui/Markdown";
import { PathText } from "@/ui/PathText";
import { Preformatted } from "@/ui/Preformatted";
import page from "@/ui/page.module.css";
import { useNow } from "@/ui/Time";
import { Lineage } from "./Lineage";
import { Models } from "./Models";
import type { RunTab, TabProps } from "./RunPage";
import styles from "./RunPage.module.css";
import { find, ValueText } from "./values";

const HIDDEN = /^(sys|system|source|runtime)\//;

/** What one wants to know first: settings, results, how it went. */
export function Overview(props: TabProps & { readonly setTab: (tab: RunTab) => void }) {
  const { run, attributes } = props;
  const own = attributes.filter((attribute) => !HIDDEN.test(attribute.path));
  const values = own.filter((attribute) => !attribute.type.endsWith("_series") && attribute.type !== "file");
  const metrics = own.filter((attribute) => attribute.type === "float_series");
  const traceback = find(attributes, "runtime/traceback");
  return (
    <div className={page.body}>
      {typeof traceback?.value === "string" && (
        <section className={page.box} style={{ marginBottom: "var(--space-4)" }}>
          <h2 className={styles.traceback}>
            <CircleAlert size={15} /> {lastLine(traceback.value)}
          </h2>
          <Preformatted className={styles.code}>{traceback.value}</Preformatted>
        </section>
      )}
      {run.description !== "" && (
        <section className={styles.description} aria-label="Description">
          <Markdown text={run.description} />
        </section>
      )}
      <Lineage project={props.project} run={run} />
      <div className={page.columns}>
        <Metrics metrics={metrics} />
        <section className={page.box}>
          <h2>
            Values <span>{values.length}</span>
          </h2>
          {values.length === 0 ? (
            <p className={page.none}>
              No settings: <code>run["params"] = {"{…}"}</code> keeps them.
            </p>
          ) : (
            <table className={page.pairs}>
              <tbody>
                {values.slice(0, 200).map((attribute) => (
                  <tr key={attribute.path}>
                    <th scope="row">
                      <PathText path={attribute.path} />
                    </th>
                    <td>
                      <ValueText attribute={attribute} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
        <div className={page.stack}>
          <About {...props} />
          <Models {...props} />
        </div>
      </div>
    </div>
  );
}

function Metrics({ metrics }: { readonly metrics: readonly RunAttribute[] }) {
  return (
    <section className={page.box}>
      <h2>
        Metrics <span>{metrics.length}</span>
      </h2>
      {metrics.length === 0 ? (
        <p className={page.none}>
          No metrics yet: <code>run["loss"].append(value)</code>
        </p>
      ) : (
        <table className={page.pairs}>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" className={page.right}>
                Last
              </th>
              <th scope="col" className={page.right}>
                Min
              </th>
              <th scope="col" className={page.right}>
                Max
              </th>
              <th scope="col" className={page.right}>
                Points
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.slice(0, 200).map(({ path, summary }) => (
              <tr key={path}>
                <th scope="row">
                  <PathText path={path} />
                </th>
                <td className={`${page.right} num`}>{formatMeasurement(summary?.last)}</td>
                <td className={`${page.right} num`}>{formatMeasurement(summary?.min)}</td>
                <td className={`${page.right} num`}>{formatMeasurement(summary?.max)}</td>
                <td className={`${page.right} num`}>{formatNumber(summary?.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function About({ run, attributes }: TabProps) {
  const now = useNow();
  const text = (path: string) => {
    const value = find(attributes, path)?.value;
    return typeof value === "string" ? value : undefined;
  };
  const stored = find(attributes, "sys/running_time_seconds")?.value;
  // A run that goes on has the time of its end before.
  const seconds = run.state === "running" || run.state === "stale" ? undefined : stored;
  const silent = run.state === "stale" || run.state === "idle";
  // Nobody knows more of a run that fell silent than when it was heard of last.
  const end = silent ? new Date(run.heard_at) : now;
  const lived =
    typeof seconds === "number" ? seconds : (end.getTime() - new Date(run.created_at).getTime()) / 1000;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Run id", run.id],
    ["Custom run id", run.custom_run_id],
    ["Created", new Date(run.created_at).toLocaleString("en-GB")],
    [typeof seconds === "number" || silent ? "Duration" : "Running for", formatDuration(Math.max(0, lived))],
    ["Heard of last", silent ? end.toLocaleString("en-GB") : undefined],
    ["Experiment", run.experiment ?? undefined],
    ["Owner", run.owner],
    ["Host", text("sys/hostname")],
    ["Command", text("source/command")],
    ["Python", text("source/python")],
    ["Git commit", text("source/git/commit")?.slice(0, 12)],
    ["Git branch", text("source/git/branch")],
  ];
  return (
    <section className={page.box}>
      <h2>About</h2>
      <table className={page.pairs}>
        <tbody>
          {facts.map(
            ([label, value]) =>
              value !== undefined &&
              value !== "" && (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{value}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
    </section>
  );
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "Failed";
