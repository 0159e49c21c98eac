import { useQuery } from "@tanstack/react-query";
import { FileCode2 } from "lucide-react";
import { fileAddress } from "@/api/runs";
import type { FileValue, ProjectRef, RunAttribute } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { EmptyState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { Preformatted } from "@/ui/Preformatted";
import page from "@/ui/page.module.css";
import { textQuery } from "./FilePreview";
import type { TabProps } from "./RunPage";
import styles from "./RunPage.module.css";
import { below, find, ValueText } from "./values";

/** What ran: script, commit, what was not committed, packages. */
export function Source({ project, run, attributes }: TabProps) {
  const source = below(attributes, "source/");
  const runId = `key:${run.key}`;
  if (source.length === 0) {
    return (
      <EmptyState icon={<FileCode2 size={28} strokeWidth={1.5} />} title="No source">
        <p>The script, the git commit and the packages appear here, unless capturing them is turned off.</p>
      </EmptyState>
    );
  }
  const facts = source.filter((each) => each.type !== "file");
  const file = (path: string) => {
    const found = find(source, path);
    return found?.type === "file" ? found : undefined;
  };
  return (
    <div className={page.body}>
      <div className={page.columns}>
        <section className={page.box}>
          <h2>Where it came from</h2>
          <table className={page.pairs}>
            <tbody>
              {facts.map((each) => (
                <tr key={each.path}>
                  <th scope="row">{each.path}</th>
                  <td>
                    <ValueText attribute={each} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <TextBox project={project} runId={runId} title="Packages" attribute={file("packages")} />
      </div>
      <div style={{ height: "var(--space-4)" }} />
      <TextBox project={project} runId={runId} title="Not committed" attribute={file("git/diff")} diff />
      <div style={{ height: "var(--space-4)" }} />
      <TextBox project={project} runId={runId} title="Script" attribute={file("entry_point")} />
    </div>
  );
}

function TextBox(props: {
  readonly project: ProjectRef;
  readonly runId: string;
  readonly title: string;
  readonly attribute: RunAttribute | undefined;
  readonly diff?: boolean;
}) {
  const { attribute } = props;
  const address = fileAddress(props.project, props.runId, `source/${attribute?.path ?? ""}`);
  const text = useQuery({ ...textQuery(address), enabled: attribute !== undefined });
  if (attribute === undefined) return null;
  const name = (attribute.value as FileValue).name;
  return (
    <section className={page.box}>
      <h2>
        {props.title} <span>{name}</span>
        {text.data !== undefined && <CopyButton text={text.data} label={name} />}
      </h2>
      {text.error !== null ? (
        <p className={page.none}>{text.error.message}</p>
      ) : (
        <Preformatted className={styles.code}>
          {props.diff ? <Diff text={text.data ?? ""} /> : text.data}
        </Preformatted>
      )}
    </section>
  );
}

const MAX_LINES = 5000;

function Diff({ text }: { readonly text: string }) {
  const lines = text.split("\n");
  return (
    <>
      {lines.slice(0, MAX_LINES).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <span key={index} className={styles[kindOf(line)]}>
          {line || " "}
        </span>
      ))}
      {lines.length > MAX_LINES && <span>… {formatCount(lines.length - MAX_LINES)} more lines</span>}
    </>
  );
}

function kindOf(line: string): "added" | "removed" | "hunk" | "context" {
  if (line.startsWith("+") && !line.startsWith("+++")) return "added";
  if (line.startsWith("-") && !line.startsWith("---")) return "removed";
  return line.startsWith("@@") || line.startsWith("diff ") ? "hunk" : "context";
}
