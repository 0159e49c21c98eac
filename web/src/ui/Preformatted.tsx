import type { ReactNode } from "react";

/** Text as it is. Long text scrolls, and what scrolls can be reached by keyboard. */
export function Preformatted(props: {
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <pre className={props.className} tabIndex={0}>
      {props.children}
    </pre>
  );
}
