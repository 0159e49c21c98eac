import { useParams } from "@tanstack/react-router";
import { Suspense, useMemo, useState } from "react";
import { useShortcuts } from "@/ui/keys";
import { part } from "@/ui/part";

const Palette = part(async () => (await import("./Palette")).Palette);

/** Opens the palette on Ctrl+K or ⌘K, wherever one is. */
export function PaletteHost() {
  const [opened, setOpened] = useState(false);
  const params = useParams({ strict: false });
  const { workspace, project: name } = params;
  const project = useMemo(
    () => (workspace !== undefined && name !== undefined ? { workspace, name } : null),
    [workspace, name],
  );
  useShortcuts([
    {
      keys: ["mod+k"],
      label: "Go to or do anything",
      group: "Everywhere",
      anywhere: true,
      hidden: true,
      run: () => setOpened((open) => !open),
    },
  ]);
  if (!opened) return null;
  return (
    <Suspense fallback={null}>
      <Palette project={project} close={() => setOpened(false)} />
    </Suspense>
  );
}
