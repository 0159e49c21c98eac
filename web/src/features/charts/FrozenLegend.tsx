import { ActionIcon, TextInput } from "@mantine/core";
import { Search, X } from "lucide-react";
import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { ProjectRef } from "@/api/types";
import type { Nearby } from "@/charts/nearest";
import { useReturnFocus } from "@/ui/returnFocus";
import styles from "./Legend.module.css";
import { LegendTable } from "./LegendTable";
import type { ChartSettings } from "./settings";
import { xLabel } from "./xAxis";

export type Frozen = Nearby & { readonly left: number; readonly top: number };

type Props = {
  readonly frozen: Frozen;
  readonly project: ProjectRef;
  readonly runIds: ReadonlyMap<number, string>;
  readonly settings: ChartSettings;
  readonly several: boolean;
  readonly close: () => void;
};

/** A tooltip that stays: every line at that place, to search, to light up, to go to the run. It is moved by its head. */
export function FrozenLegend({ frozen, project, runIds, settings, several, close }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const [search, setSearch] = useState("");
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const left = Math.min(frozen.left + 12, window.innerWidth - element.offsetWidth - 8);
    const top = Math.min(frozen.top + 12, window.innerHeight - element.offsetHeight - 8);
    element.style.left = `${Math.max(8, left)}px`;
    element.style.top = `${Math.max(8, top)}px`;
  }, [frozen]);
  useReturnFocus();
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A menu of one of its runs is closed first.
      if (event.key !== "Escape" || document.querySelector("[data-run-menu]") !== null) return;
      event.stopPropagation();
      close();
    };
    // Before a full screen around it hears of it.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [close]);

  const drag = (event: PointerEvent) => {
    const element = box.current;
    if (grip.current === null || element === null) return;
    element.style.left = `${Math.max(0, event.clientX - grip.current.x)}px`;
    element.style.top = `${Math.max(0, event.clientY - grip.current.y)}px`;
  };
  const place = frozen.hits[0] === undefined ? "" : xLabel(settings, frozen.hits[0].x);
  return createPortal(
    <section
      ref={box}
      data-frozen-legend
      tabIndex={-1}
      className={styles.frozen}
      aria-label={`All lines at ${place}`}
    >
      <header
        onPointerDown={(event) => {
          if ((event.target as HTMLElement).closest("button")) return;
          const at = event.currentTarget.getBoundingClientRect();
          grip.current = { x: event.clientX - at.left, y: event.clientY - at.top };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          grip.current = null;
        }}
      >
        <span>{place}</span>
        <ActionIcon size={22} aria-label="Close the list of lines" onClick={close}>
          <X size={14} />
        </ActionIcon>
      </header>
      <TextInput
        size="xs"
        data-autofocus
        aria-label="Search the lines"
        placeholder={`Search ${frozen.total} lines`}
        leftSection={<Search size={13} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <LegendTable
        hits={frozen.hits}
        search={search}
        project={project}
        runIds={runIds}
        smoothed={settings.amount > 0}
        several={several}
      />
    </section>,
    document.body,
  );
}
