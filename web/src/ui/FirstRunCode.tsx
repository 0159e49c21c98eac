import { CopyButton } from "./CopyButton";
import styles from "./FirstRunCode.module.css";

/** The lines that log a first run to `project` (`workspace/name`), ready to copy. */
export function FirstRunCode({ project }: { readonly project: string }) {
  const text = `import trireme\n\nrun = trireme.init_run(project=${JSON.stringify(project)})\nrun["train/loss"].append(0.42)\n`;
  return (
    <div className={styles.code}>
      <pre className="mono">
        <span className={styles.keyword}>import</span> trireme{"\n\n"}run = trireme.init_run(project=
        <span className={styles.string}>{JSON.stringify(project)}</span>){"\n"}run[
        <span className={styles.string}>"train/loss"</span>].append(0.42)
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} label="code" />
      </div>
    </div>
  );
}
