import { Button, Menu, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import {
  ArchiveRestore,
  Bookmark,
  ChevronDown,
  Copy,
  Link2,
  Lock,
  Pencil,
  Pin,
  Redo2,
  RotateCcw,
  Save,
  Search as SearchIcon,
  Trash2,
  Undo2,
  Users,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ProjectRef, SavedInfo, View } from "@/api/types";
import { trashedViewsQuery } from "@/api/views";
import { copyText } from "@/ui/CopyButton";
import { showToast } from "@/ui/toast";
import { useCanUndo, useUndoStack } from "@/ui/UndoProvider";
import { DeletedDialog } from "./DeletedDialog";
import { useView, useViewActions, type ViewActions, type ViewPage } from "./useView";
import { ConflictDialog, NameDialog } from "./ViewDialogs";
import styles from "./ViewMenu.module.css";

type Dialog = "save-as" | "rename" | "conflict" | "deleted" | null;

/** Which view of the project this is; what has changed in it, and what to do with the change. */
export function ViewMenu({ project }: { readonly project: ProjectRef }) {
  const page = useView(project);
  const actions = useViewActions(project);
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  const { view } = page;
  return (
    <div className={styles.bar}>
      <Menu position="bottom-start" width={288} withinPortal trapFocus>
        <Menu.Target>
          <button type="button" className={styles.target}>
            <Bookmark size={14} />
            <span className="visually-hidden">View: </span>
            <span className={styles.name}>{view?.name ?? "All runs"}</span>
            <ChevronDown size={13} className={styles.chevron} />
          </button>
        </Menu.Target>
        <Menu.Dropdown className={styles.dropdown ?? ""}>
          <Choices page={page} actions={actions} />
          <Menu.Divider />
          <Deeds page={page} actions={actions} setDialog={setDialog} />
        </Menu.Dropdown>
      </Menu>
      <Changes page={page} actions={actions} setDialog={setDialog} />
      {dialog === "save-as" && (
        <NameDialog
          title="Save as a new view"
          label="Name"
          name={view === null ? "" : `${view.name} 2`}
          audience
          action="Save"
          note="A view keeps the filter, the columns, the order, which runs are drawn, and how charts are set."
          submit={actions.saveAs}
          close={close}
        />
      )}
      {dialog === "rename" && view !== null && (
        <NameDialog
          title="Rename the view"
          label="Name"
          name={view.name}
          action="Rename"
          submit={(name) => actions.rename(view, name)}
          close={close}
        />
      )}
      {dialog === "deleted" && <Deleted project={project} actions={actions} close={close} />}
      {dialog === "conflict" && view !== null && (
        <ConflictDialog
          what={view.name}
          who={view.updated_by}
          overwrite={() => {
            close();
            void actions.save(view);
          }}
          saveAs={() => setDialog("save-as")}
          discard={() => {
            close();
            actions.show(view);
          }}
          close={close}
        />
      )}
    </div>
  );
}

function Deleted(props: {
  readonly project: ProjectRef;
  readonly actions: ViewActions;
  readonly close: () => void;
}) {
  const query = useQuery(trashedViewsQuery(props.project));
  return (
    <DeletedDialog
      title="Deleted views"
      query={query}
      restore={(view) => {
        props.close();
        void props.actions.restore(view);
      }}
      close={props.close}
    />
  );
}

type PartProps = {
  readonly page: ViewPage;
  readonly actions: ViewActions;
  readonly setDialog: (dialog: Dialog) => void;
};

/** Beside the name, while the page is not what was saved. */
function Changes({ page: { view, standing }, actions, setDialog }: PartProps) {
  if (standing === "saved") return null;
  if (standing === "behind" && view !== null) {
    return (
      <span className={styles.changes}>
        <Button size="compact-xs" variant="light" onClick={() => actions.show(view)}>
          Saved anew by {view.updated_by}: show
        </Button>
      </span>
    );
  }
  const save = () => {
    if (view === null) setDialog("save-as");
    else if (standing === "apart") setDialog("conflict");
    else void actions.save(view);
  };
  return (
    <span className={styles.changes} data-standing={standing}>
      <span className={styles.edited} title="Only you see these changes until you save them">
        <span className={styles.dot} />
        Edited
      </span>
      <Button size="compact-xs" variant="default" onClick={save}>
        {view === null ? "Save as…" : "Save"}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        className={styles.reset ?? ""}
        onClick={() => actions.reset(view)}
      >
        Reset
      </Button>
    </span>
  );
}

/** From here on a menu is searched rather than read. */
const MANY = 8;

function Choices({ page, actions }: Omit<PartProps, "setDialog">) {
  const [search, setSearch] = useState("");
  const views = actions.list?.views ?? [];
  const found = views.filter((view) => view.name.toLowerCase().includes(search.trim().toLowerCase()));
  const groups: readonly (readonly [string, readonly SavedInfo[]])[] = [
    ["Only you see", found.filter((view) => !view.shared)],
    ["Shared in the project", found.filter((view) => view.shared)],
  ];
  return (
    <>
      {views.length > MANY && (
        <TextInput
          size="xs"
          m={4}
          aria-label="Find a view"
          placeholder="Find a view"
          leftSection={<SearchIcon size={13} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div className={styles.list}>
        {search === "" && <Choice chosen={page.view === null} onClick={actions.showAll} name="All runs" />}
        {groups.map(
          ([title, members]) =>
            members.length > 0 && (
              <div key={title} role="group" aria-label={title}>
                <Menu.Label>{title}</Menu.Label>
                {members.map((view) => (
                  <Choice
                    key={view.id}
                    chosen={page.view?.id === view.id}
                    onClick={() => actions.open(view.id)}
                    name={view.name}
                    mark={
                      actions.list?.default === view.id ? (
                        <span className={styles.mark}>
                          <Pin size={12} /> default
                        </span>
                      ) : (
                        !view.mine && <span className={styles.mark}>{view.owner}</span>
                      )
                    }
                  />
                ))}
              </div>
            ),
        )}
        {search !== "" && found.length === 0 && <p className={styles.none}>No view has that in its name.</p>}
      </div>
    </>
  );
}

function Choice(props: {
  readonly name: string;
  readonly chosen: boolean;
  readonly mark?: ReactNode;
  readonly onClick: () => void;
}) {
  return (
    <Menu.Item
      aria-current={props.chosen || undefined}
      fw={props.chosen ? 600 : 400}
      rightSection={props.mark}
      onClick={props.onClick}
      title={props.name}
    >
      <span className={styles.choice}>{props.name}</span>
    </Menu.Item>
  );
}

function Deeds({ page: { view, standing }, actions, setDialog }: PartProps) {
  const can = useCanUndo();
  const stack = useUndoStack();
  const isDefault = view !== null && actions.list?.default === view.id;
  const item = (icon: ReactNode, label: string, run: () => void, disabled = false) => (
    <Menu.Item leftSection={icon} onClick={run} disabled={disabled}>
      {label}
    </Menu.Item>
  );
  return (
    <>
      {item(<Save size={14} />, "Save as a new view…", () => setDialog("save-as"))}
      {standing !== "saved" && item(<RotateCcw size={14} />, "Reset the changes", () => actions.reset(view))}
      {item(<Link2 size={14} />, "Copy link", () => void copyLink(view, standing))}
      {item(<ArchiveRestore size={14} />, "Deleted views…", () => setDialog("deleted"))}
      {item(<Undo2 size={14} />, "Undo", () => stack.undo(), !can.undo)}
      {item(<Redo2 size={14} />, "Redo", () => stack.redo(), !can.redo)}
      {view !== null && (
        <>
          <Menu.Divider />
          {item(<Pencil size={14} />, "Rename…", () => setDialog("rename"))}
          {item(<Copy size={14} />, "Duplicate", () => void actions.duplicate(view))}
          {view.shared
            ? item(<Lock size={14} />, "Hide from others", () => void actions.share(view, false), !view.mine)
            : item(<Users size={14} />, "Share with everybody", () => void actions.share(view, true))}
          {view.shared &&
            item(
              <Pin size={14} />,
              isDefault ? "No longer the default" : "Make it the project's default",
              () => void actions.makeDefault(view, !isDefault),
            )}
          <Menu.Item
            color="var(--bad)"
            leftSection={<Trash2 size={14} />}
            onClick={() => void actions.remove(view)}
          >
            Delete
          </Menu.Item>
        </>
      )}
    </>
  );
}

/** A shared view as it was saved has a short link; everything else is what the address says. */
async function copyLink(view: View | null, standing: ViewPage["standing"]): Promise<void> {
  const short = view?.shared && standing === "saved";
  await copyText(short ? `${location.origin}/v/${view.id}` : location.href);
  showToast({
    message: "The link is copied.",
    ...(view !== null && !short ? { detail: "It holds the state you see, with your changes." } : {}),
  });
}
