import { Fragment } from "react";

/** A path or a key that may break after its slashes, points and underscores, and elsewhere only if it must. */
export function PathText({ path }: { readonly path: string }) {
  const parts = path.split(/(?<=[/._])/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
