import { ActionIcon, Tooltip } from "@mantine/core";
import { RotateCcw, ZoomIn, ZoomOut } from "lucide-react";
import type { SharedZoom } from "./useSharedZoom";

export function ZoomButtons({ zoom }: { readonly zoom: SharedZoom }) {
  return (
    <span style={{ display: "inline-flex", gap: 2 }}>
      <Tooltip label="Enlarge all (Ctrl or ⌘ and the wheel)">
        <ActionIcon size={26} aria-label="Enlarge all" onClick={() => zoom.by(1.5)}>
          <ZoomIn size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Make all smaller">
        <ActionIcon
          size={26}
          aria-label="Make all smaller"
          disabled={!zoom.zoomed}
          onClick={() => zoom.by(1 / 1.5)}
        >
          <ZoomOut size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Whole pictures (double click)">
        <ActionIcon size={26} aria-label="Whole pictures" disabled={!zoom.zoomed} onClick={zoom.reset}>
          <RotateCcw size={14} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
