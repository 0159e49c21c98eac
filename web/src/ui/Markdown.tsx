import { Suspense } from "react";
import { part } from "@/ui/part";

const MarkdownBody = part(async () => (await import("./MarkdownBody")).MarkdownBody);

/** Text that somebody wrote, as Markdown. Nothing in it can run, load or look like a part of the application. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<div aria-busy="true" />}>
      <MarkdownBody text={text} />
    </Suspense>
  );
}
