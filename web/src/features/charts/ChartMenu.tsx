import { ActionIcon, Menu, Popover, Tooltip } from "@mantine/core";
import {
  CopyPlus,
  Ellipsis,
  FileImage,
  FileSpreadsheet,
  Image,
  Maximize2,
  Minimize2,
  Pencil,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import { lazy, type RefObject, Suspense, useState } from "react";
import { pointsAddress } from "@/api/series";
import type { ProjectRef } from "@/api/types";
import type { Range } from "@/charts/lines";
import type { View } from "@/charts/prepare";
import type { DrawnRun } from "@/features/runs/drawnRun";
import styles from "./ChartCard.module.css";
import { ChartOptions } from "./ChartOptions";
import { chartPalette } from "./ChartPlot";
import type { ChartSpec } from "./chartSpec";
import { type Picture, savePng, saveSvg } from "./exportChart";
import { type ChartSettings, unzoomed } from "./settings";
import type { ChartsModel } from "./useCharts";
import { xTicksOf } from "./xAxis";

const ChartEditor = lazy(async () => ({ default: (await import("./ChartEditor")).ChartEditor }));

type Props = {
  readonly spec: ChartSpec;
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly model: ChartsModel;
  readonly view: View;
  readonly settings: ChartSettings;
  readonly zoomX: Range | null;
  readonly full: boolean;
  readonly plot: RefObject<HTMLDivElement | null>;
};

export function ChartMenu({ spec, project, runs, model, view, settings, zoomX, full, plot }: Props) {
  const picture = (): Picture => ({
    view,
    title: spec.label,
    width: plot.current?.clientWidth ?? 640,
    height: plot.current?.clientHeight ?? 360,
    palette: chartPalette(),
    xTicks: xTicksOf(settings),
    several: spec.paths.length > 1,
  });
  const steps = settings.axis === "step" ? zoomX : null;
  const { added } = spec;
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Popover position="bottom-end" withArrow shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon size={22} className={styles.action} aria-label={`Settings of ${spec.label}`}>
            <SlidersHorizontal size={13} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown aria-label={`Settings of ${spec.label}`}>
          <ChartOptions chart={spec} project={project} runs={runs} settings={settings} model={model} />
        </Popover.Dropdown>
      </Popover>
      <Tooltip label={full ? "Leave full screen (Esc)" : "Full screen"}>
        <ActionIcon
          size={22}
          className={styles.action}
          aria-label={full ? "Leave full screen" : `${spec.label} on the full screen`}
          onClick={() => model.setFull(full ? null : spec.id)}
        >
          {full ? <Minimize2 size={13} /> : <Maximize2 size={13} />}
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={22} className={styles.action} aria-label={`More about ${spec.label}`}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Image size={14} />} onClick={() => savePng(picture())}>
            Save as PNG
          </Menu.Item>
          <Menu.Item leftSection={<FileImage size={14} />} onClick={() => saveSvg(picture())}>
            Save as SVG
          </Menu.Item>
          <Menu.Item
            leftSection={<FileSpreadsheet size={14} />}
            component="a"
            href={pointsAddress(
              project,
              runs.map((run) => run.key),
              spec.paths,
              steps,
            )}
            download
          >
            {steps === null ? "Every point as CSV" : "Every point of this part as CSV"}
          </Menu.Item>
          <Menu.Divider />
          {added === undefined ? (
            <Menu.Item leftSection={<CopyPlus size={14} />} onClick={() => setEditing(true)}>
              New chart from this one…
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setEditing(true)}>
                {added.kind === "pattern" ? "Edit the charts of this pattern…" : "Edit this chart…"}
              </Menu.Item>
              <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => model.remove(added)}>
                {added.kind === "pattern" ? "Remove the charts of this pattern" : "Remove this chart"}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {editing && (
        <Suspense fallback={null}>
          <ChartEditor
            {...{ project, runs, model }}
            start={added ?? { kind: "metrics", paths: spec.paths }}
            edited={added ?? null}
            override={unzoomed(model.state.overrides[spec.base ?? spec.id])}
            close={() => setEditing(false)}
          />
        </Suspense>
      )}
    </>
  );
}
