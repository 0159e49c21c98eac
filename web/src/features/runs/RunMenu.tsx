import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import {
  Copy,
  Diff,
  ExternalLink,
  Eye,
  EyeOff,
  Link as LinkIcon,
  Pencil,
  Pin,
  PinOff,
  Scan,
} from "lucide-react";
import { useEffect } from "react";
import { createPortal } from "react-dom";
import type { ProjectRef } from "@/api/types";
import { copyText } from "@/ui/CopyButton";
import { useReturnFocus } from "@/ui/returnFocus";
import { showError, showToast } from "@/ui/toast";
import styles from "./RunMenu.module.css";
import type { MenuPlace, NamedRun } from "./runActions";
import { runAddress } from "./runAddress";
import { drawOnly } from "./selection";
import { type SetProjectState, toggleBaseline, togglePinned } from "./stateChanges";
import type { ProjectState } from "./urlState";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly run: NamedRun;
  readonly place: MenuPlace;
  readonly drawn: boolean;
  readonly toggleEye: (key: number) => void;
  readonly edit: (id: string) => void;
  readonly close: () => void;
};

const ICON = { size: 14 } as const;

/** What can be done with one run: the menu of its row in the table and of its line in a chart. */
export function RunMenu(props: Props) {
  const { project, state, setState, run, place, drawn } = props;
  const navigate = useNavigate();
  useReturnFocus();
  const { close } = props;
  useEffect(() => {
    // At once, also before the focus has come; what lies below the menu stays open.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopImmediatePropagation();
      close();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [close]);
  const address = runAddress(project, run.id);
  const pinned = state.pinned.includes(run.key);
  const compared = state.baseline === run.key;
  const push = (change: (before: ProjectState) => ProjectState) => setState(change, { push: true });
  const copy = (text: string, what: string) =>
    copyText(text).then(() => showToast({ message: `Copied ${what}` }), showError);
  return createPortal(
    <section aria-label={`Menu of ${run.name}`}>
      <Menu
        opened
        withinPortal={false}
        withInitialFocusPlaceholder={false}
        // Not a key: the one that opens the menu would close it again.
        clickOutsideEvents={["mousedown", "touchstart"]}
        onChange={(opened) => !opened && props.close()}
        position="bottom-start"
        offset={2}
        zIndex={420}
        transitionProps={{ duration: 0 }}
      >
        <Menu.Target>
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Run ${run.name}`}
            className={styles.place}
            style={place}
          />
        </Menu.Target>
        <Menu.Dropdown data-run-menu>
          <Menu.Label className={styles.title} title={run.name}>
            {run.name}
          </Menu.Label>
          <Menu.Item
            component="a"
            href={address}
            data-autofocus
            leftSection={<ExternalLink {...ICON} />}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              void navigate({
                to: "/p/$workspace/$project/runs/$runId",
                params: { workspace: project.workspace, project: project.name, runId: run.id },
              });
            }}
          >
            Open the run
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={pinned ? <PinOff {...ICON} /> : <Pin {...ICON} />}
            onClick={() => push((before) => togglePinned(before, run.key))}
          >
            {pinned ? "Keep on top no longer" : "Keep on top"}
          </Menu.Item>
          <Menu.Item
            leftSection={<Diff {...ICON} />}
            onClick={() => push((before) => toggleBaseline(before, run.key))}
          >
            {compared ? "Baseline no longer" : "Make it the baseline"}
          </Menu.Item>
          <Menu.Item
            leftSection={drawn ? <EyeOff {...ICON} /> : <Eye {...ICON} />}
            onClick={() => props.toggleEye(run.key)}
          >
            {drawn ? "Hide from charts" : "Draw in charts"}
          </Menu.Item>
          <Menu.Item
            leftSection={<Scan {...ICON} />}
            onClick={() => push((before) => drawOnly(before, [run.key]))}
          >
            Draw only this run
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Pencil {...ICON} />} onClick={() => props.edit(run.id)}>
            Edit name, tags, description
          </Menu.Item>
          <Menu.Item leftSection={<Copy {...ICON} />} onClick={() => copy(run.id, `the ID ${run.id}`)}>
            Copy ID
          </Menu.Item>
          <Menu.Item
            leftSection={<LinkIcon {...ICON} />}
            onClick={() => copy(window.location.origin + address, "the link")}
          >
            Copy link
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </section>,
    document.body,
  );
}
