import { useQuery } from "@tanstack/react-query";
import { runAttributesQuery } from "@/api/runs";
import type {
  ModelMeasurement,
  ModelVersionDetail,
  ModelVersionPatch,
  RunAttribute,
  VersionRun,
} from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { formatMeasurement } from "@/ui/format";
import { PathText } from "@/ui/PathText";
import { Preformatted } from "@/ui/Preformatted";
import page from "@/ui/page.module.css";
import { StateBadge } from "@/ui/StateBadge";
import { Description } from "./Description";
import styles from "./Models.module.css";
import { projectOf, RunLink } from "./RunLink";

const SHOWN = 200;

/** Where a version comes from and what it measured: the run's own values, and what was logged of the model itself. */
export function VersionOverview(props: {
  readonly detail: ModelVersionDetail;
  readonly save: (patch: ModelVersionPatch) => Promise<unknown>;
}) {
  const { version, params, metrics } = props.detail;
  const attributes = useRunAttributes(version.run);
  const template = version.tags["mlflow.prompt.text"];
  return (
    <div className={page.body}>
      <div className={page.stack}>
        <Description
          text={version.description}
          of={`version ${version.version}`}
          save={(description) => props.save({ description })}
        />
        {template !== undefined ? (
          <section className={page.box}>
            <h2>
              Template <CopyButton text={template} label="template" />
            </h2>
            <Preformatted className={styles.template}>{template}</Preformatted>
          </section>
        ) : (
          <div className={page.columns}>
            <div className={page.stack}>
              <Origin version={version} />
              <Params model={params} attributes={attributes} />
            </div>
            <Metrics model={metrics} attributes={attributes} />
          </div>
        )}
      </div>
    </div>
  );
}

const NONE: readonly RunAttribute[] = [];

function useRunAttributes(run: VersionRun | null): readonly RunAttribute[] {
  const query = useQuery({
    ...runAttributesQuery(run ? projectOf(run) : { workspace: "", name: "" }, `key:${run?.key ?? 0}`),
    enabled: run !== null,
  });
  return query.data ?? NONE;
}

function Origin({ version }: { readonly version: ModelVersionDetail["version"] }) {
  const { run } = version;
  const link = /^https?:\/\//.test(version.run_link) ? version.run_link : null;
  return (
    <section className={page.box} aria-label="Lineage">
      <h2>Lineage</h2>
      <table className={`${page.pairs} ${styles.lineage}`}>
        <tbody>
          <tr>
            <th scope="row">Run</th>
            <td>
              {run === null ? (
                <span className="quiet">None is known here</span>
              ) : (
                <span className={styles.inline}>
                  <RunLink run={run} /> <StateBadge state={run.state} />
                  {run.trashed && <span className="quiet">in the trash</span>}
                </span>
              )}
            </td>
          </tr>
          {run !== null && (
            <tr>
              <th scope="row">Project</th>
              <td>{run.project}</td>
            </tr>
          )}
          {link !== null && (
            <tr>
              <th scope="row">Link</th>
              <td>
                <a className={styles.link} href={link} target="_blank" rel="noopener noreferrer">
                  {link}
                </a>
              </td>
            </tr>
          )}
          <tr>
            <th scope="row">Source</th>
            <td className="mono">{version.source}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** What was measured of the model itself, and what its run measured last. */
function Metrics(props: {
  readonly model: readonly ModelMeasurement[];
  readonly attributes: readonly RunAttribute[];
}) {
  const ofRun = new Map(
    props.attributes
      .filter((each) => each.type === "float_series" && !each.path.startsWith("system/"))
      .map((each) => [each.path, each.summary?.last]),
  );
  const keys = [...new Set([...props.model.map((each) => each.key), ...ofRun.keys()])].sort();
  if (keys.length === 0) return null;
  const both = props.model.length > 0 && ofRun.size > 0;
  return (
    <section className={page.box}>
      <h2>
        Metrics <span>{keys.length}</span>
      </h2>
      <table className={page.pairs}>
        {both && (
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" className={page.right}>
                Model
              </th>
              <th scope="col" className={page.right} title="The last value of the run">
                Run, last
              </th>
            </tr>
          </thead>
        )}
        <tbody>
          {keys.slice(0, SHOWN).map((key) => {
            const measured = props.model.filter((each) => each.key === key);
            return (
              <tr key={key}>
                <th scope="row">
                  <PathText path={key} />
                </th>
                {props.model.length > 0 && (
                  <td className={`${page.right} num`}>
                    {measured.map((each) => (
                      <div
                        key={each.dataset}
                        title={each.dataset ? `on ${each.dataset}` : `step ${each.step}`}
                      >
                        {measured.length > 1 && each.dataset && (
                          <span className="quiet">{each.dataset} </span>
                        )}
                        {formatMeasurement(each.value)}
                      </div>
                    ))}
                  </td>
                )}
                {ofRun.size > 0 && (
                  <td className={`${page.right} num`}>{formatMeasurement(ofRun.get(key))}</td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** What the model was made with: its own params, and those of its run beside them. */
function Params(props: {
  readonly model: Readonly<Record<string, string>>;
  readonly attributes: readonly RunAttribute[];
}) {
  const values = new Map<string, string>();
  for (const { path, value } of props.attributes)
    if (path.startsWith("params/") && value !== null && typeof value !== "object")
      values.set(path.slice("params/".length), String(value));
  for (const [key, value] of Object.entries(props.model)) values.set(key, value);
  if (values.size === 0) return null;
  return (
    <section className={page.box}>
      <h2>
        Params <span>{values.size}</span>
      </h2>
      <table className={page.pairs}>
        <tbody>
          {[...values]
            .sort(([a], [b]) => a.localeCompare(b))
            .slice(0, SHOWN)
            .map(([key, value]) => (
              <tr key={key}>
                <th scope="row">
                  <PathText path={key} />
                </th>
                <td>{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
