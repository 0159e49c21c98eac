/** Markdown to nodes: parsed, then cleaned of everything that is not text, a list, a table, a link or a picture. */
import DOMPurify from "dompurify";
import { Marked } from "marked";

/** A page has its own headings; those of a text begin below a section's. */
const HEADINGS_BELOW = 2;

const TAGS = [
  ...["p", "br", "hr", "blockquote", "pre", "code", "ul", "ol", "li", "h3", "h4", "h5", "h6", "a", "img"],
  ...["strong", "em", "del", "sub", "sup", "kbd", "table", "thead", "tbody", "tr", "th", "td"],
];

const marked = new Marked({
  gfm: true,
  async: false,
  walkTokens: (token) => {
    if (token.type === "heading") token.depth = Math.min(6, token.depth + HEADINGS_BELOW);
  },
});

const purify = DOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

export function markdownFragment(text: string): DocumentFragment {
  return purify.sanitize(marked.parse(text) as string, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "src", "alt", "title", "align", "start"],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/(?!\/)|#)/i,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
