import { ActionIcon, Menu, Popover, Tooltip } from "@mantine/core";
import {
  Ellipsis,
  FileImage,
  FileSpreadsheet,
  Image,
  Maximize2,
  Minimize2,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import type { RefObject } from "react";
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
import type { ChartSettings } from "./settings";
import type { ChartsModel } from "./useCharts";
import { xTicksOf } from "./xAxis";

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
  return (
    <>
      <Popover position="bottom-end" withArrow shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon size={22} className={styles.action} aria-label={`Settings of ${spec.label}`}>
            <SlidersHorizontal size={13} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown aria-label={`Settings of ${spec.label}`}>
          <ChartOptions id={spec.id} project={project} runs={runs} settings={settings} model={model} />
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
          {added !== undefined && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => model.remove(added)}>
                {added.kind === "pattern" ? "Remove the charts of this pattern" : "Remove this chart"}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
