import { useCallback } from "react";
import styles from "./Markdown.module.css";
import { markdownFragment } from "./markdown";

export function MarkdownBody({ text }: { readonly text: string }) {
  const fill = useCallback(
    (element: HTMLDivElement | null) => element?.replaceChildren(markdownFragment(text)),
    [text],
  );
  return <div className={styles.markdown} ref={fill} />;
}
