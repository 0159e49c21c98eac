import { TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, Search } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { RunAttribute } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { formatCount } from "@/ui/format";
import styles from "./Attributes.module.css";
import type { TabProps } from "./RunPage";
import { ValueText } from "./values";

type Row =
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly count: number;
    }
  | {
      readonly kind: "leaf";
      readonly attribute: RunAttribute;
      readonly name: string;
      readonly depth: number;
    };

const ROW_PX = 30;

/** The tree of all attributes, open by default; thousands of them scroll like ten. */
export function Attributes({ attributes }: TabProps) {
  const [search, setSearch] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return attributes.filter((attribute) =>
      words.every((word) => attribute.path.toLowerCase().includes(word)),
    );
  }, [attributes, search]);
  const rows = useMemo(() => rowsOf(found, closed), [found, closed]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const toggle = (path: string) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <TextInput
          className={styles.search}
          size="xs"
          aria-label="Find attributes"
          placeholder="Find attributes"
          leftSection={<Search size={13} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <span className="quiet num">
          {formatCount(found.length)} of {formatCount(attributes.length)} attributes
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label="Attributes">
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index] as Row;
            const style = { top: item.start, "--depth": row.depth } as React.CSSProperties;
            return row.kind === "folder" ? (
              <button
                type="button"
                key={`${row.path}/`}
                className={styles.row}
                style={style}
                aria-expanded={!closed.has(row.path)}
                onClick={() => toggle(row.path)}
              >
                <ChevronRight size={13} className={styles.chevron} />
                <span className={styles.folder}>{row.name}</span>
                <span className={styles.count}>{formatCount(row.count)}</span>
              </button>
            ) : (
              <div key={row.attribute.path} className={styles.row} style={style}>
                <span className={styles.name} title={row.attribute.path}>
                  {row.name}
                </span>
                <span className={styles.value}>
                  <ValueText attribute={row.attribute} />
                </span>
                <span className={styles.type}>{row.attribute.type.replace("_", " ")}</span>
                <CopyButton text={row.attribute.path} label="path" size={12} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The visible rows of the tree; `attributes` are sorted by path. */
export function rowsOf(attributes: readonly RunAttribute[], closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const counts = new Map<string, number>();
  for (const { path } of attributes) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const folder = path.slice(0, at);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  let open: string[] = [];
  for (const attribute of attributes) {
    const parts = attribute.path.split("/");
    const folders = parts.slice(0, -1);
    let shared = 0;
    while (shared < folders.length && open[shared] === folders[shared]) shared++;
    let hidden = folders.some(
      (_, depth) => depth < shared && closed.has(folders.slice(0, depth + 1).join("/")),
    );
    for (let depth = shared; depth < folders.length; depth++) {
      const path = folders.slice(0, depth + 1).join("/");
      if (!hidden)
        rows.push({
          kind: "folder",
          path,
          name: folders[depth] as string,
          depth,
          count: counts.get(path) ?? 0,
        });
      hidden ||= closed.has(path);
    }
    open = folders;
    if (!hidden) rows.push({ kind: "leaf", attribute, name: parts.at(-1) as string, depth: folders.length });
  }
  return rows;
}
