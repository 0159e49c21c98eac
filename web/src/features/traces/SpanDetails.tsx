import type { TraceSpan } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { formatDuration, formatNumber } from "@/ui/format";
import { Preformatted } from "@/ui/Preformatted";
import styles from "./SpanDetails.module.css";

const INPUTS = "mlflow.spanInputs";
const OUTPUTS = "mlflow.spanOutputs";
const TOLD: ReadonlySet<string> = new Set([
  INPUTS,
  OUTPUTS,
  "mlflow.spanType",
  "mlflow.traceRequestId",
  "mlflow.chat.tokenUsage",
  "mlflow.llm.cost",
  "mlflow.llm.model",
]);

/** One span: what went in, what came out, and everything else that is known of it. */
export function SpanDetails({ span }: { readonly span: TraceSpan }) {
  const rest = Object.entries(span.attributes).filter(([key]) => !TOLD.has(key));
  const numbers: readonly (readonly [string, string])[] = Object.entries(span.usage).map(([key, value]) => [
    key.replace(/_/g, " "),
    key.endsWith("cost") ? `$${formatNumber(value)}` : formatNumber(value),
  ]);
  const facts: readonly (readonly [string, string])[] = [
    ["Began", `+${formatDuration(span.start_ms / 1000)}`],
    ["Took", span.duration_ms === null ? "it runs" : formatDuration(span.duration_ms / 1000)],
    ...(span.type === "UNKNOWN" ? [] : ([["Type", span.type.toLowerCase().replace(/_/g, " ")]] as const)),
    ...(span.model === null ? [] : ([["Model", span.model]] as const)),
    ...numbers,
  ];
  return (
    <section className={styles.details} aria-label={`Span ${span.name}`}>
      <h2 className={styles.title}>{span.name}</h2>
      {span.status === "ERROR" && <p className={styles.error}>{span.message || "It failed."}</p>}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Text title="Inputs" text={span.attributes[INPUTS]} />
      <Text title="Outputs" text={span.attributes[OUTPUTS]} />
      {span.events.map((event) => (
        <Text
          key={`${event.name} ${event.at_ms}`}
          title={`${event.name}, +${formatDuration(event.at_ms / 1000)}`}
          text={Object.entries(event.attributes)
            .map(([key, value]) => `${key}: ${value}`)
            .join("\n")}
        />
      ))}
      {rest.length > 0 && (
        <>
          <h3 className={styles.heading}>Attributes</h3>
          <table className={styles.attributes}>
            <tbody>
              {rest.map(([key, value]) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Text(props: { readonly title: string; readonly text: string | undefined }) {
  if (!props.text) return null;
  return (
    <>
      <h3 className={styles.heading}>
        {props.title}
        <CopyButton text={props.text} label={props.title.toLowerCase()} />
      </h3>
      <Preformatted className={styles.text}>{props.text}</Preformatted>
    </>
  );
}
