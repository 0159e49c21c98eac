/** The importance view in the address. */
import type { SearchCodec } from "@/urlSearch";

export type ImportanceState = {
  /** Only parameters whose path matches this regular expression. */
  readonly find: string;
};

export const importanceCodec: SearchCodec<ImportanceState> = {
  decode: (search) => ({ find: search["imp.find"] ?? "" }),
  encode: (state) => ({ "imp.find": state.find || undefined }),
};
