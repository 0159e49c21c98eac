import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import type { ChartsModel } from "./useCharts";

const ChartEditor = lazy(async () => ({ default: (await import("./ChartEditor")).ChartEditor }));

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly model: ChartsModel;
};

/** Asks for a chart besides those that each metric has. */
export function AddChart(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Plus size={13} />}
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        Chart
      </Button>
      {opened && (
        <Suspense fallback={null}>
          <ChartEditor {...props} start={null} edited={null} override={{}} close={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
