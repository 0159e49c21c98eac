import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  ArrowDown,
  ArrowLeft,
  ArrowUp,
  ChevronRight,
  Ellipsis,
  LayoutDashboard,
  Link2,
  Lock,
  Pencil,
  Plus,
  Rows2,
  Save,
  Trash2,
  Users,
} from "lucide-react";
import { useState } from "react";
import type { Section, Widget } from "@/api/types";
import type { PaneProps } from "@/features/runs/tabs";
import { ConflictDialog, NameDialog } from "@/features/views/ViewDialogs";
import { copyText } from "@/ui/CopyButton";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { useShortcuts } from "@/ui/keys";
import { showToast } from "@/ui/toast";
import styles from "./Board.module.css";
import { setDraft } from "./drafts";
import {
  addSection,
  addWidget,
  changeSection,
  changeWidget,
  MAX_WIDGETS,
  moveSection,
  moveToSection,
  newId,
  placeWidget,
  removeSection,
  removeWidget,
  widgetCount,
} from "./layout";
import { SectionGrid, type WidgetDeeds } from "./SectionGrid";
import { useBoard, useBoardActions } from "./useBoard";
import { WidgetEditor } from "./WidgetEditor";
import { KINDS, newWidget, type WidgetKind, widgetTitle } from "./widgets/kinds";

type Props = PaneProps & {
  readonly id: string;
  readonly open: (board: string | null) => void;
};

type Dialog = "rename" | "save-as" | "conflict" | null;
type Edited = { readonly section: string; readonly widget: Widget; readonly fresh: boolean };

/**
 * A dashboard: its widgets show the runs whose eyes are open. Edits stay in this browser until they are saved. A phone shows it and leaves it
 * as it is: what is arranged there would be arranged anew for everybody's wide screen.
 */
export function BoardView({ project, runs, columns, id, open }: Props) {
  const board = useBoard(project, id);
  const actions = useBoardActions(project);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [edited, setEdited] = useState<Edited | null>(null);
  const { saved, layout, standing, edit } = board;
  const readOnly = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  /** Sections that a reader folded or opened, for himself. */
  const [folded, setFolded] = useState<Readonly<Record<string, boolean>>>({});
  const save = () => (standing === "apart" ? setDialog("conflict") : void board.save());
  useShortcuts([{ keys: ["mod+s"], label: "Save the dashboard", group: "Dashboard", run: save }]);

  if (board.error !== null && saved === undefined)
    return (
      <div className={styles.state}>
        <ErrorState error={board.error} retry={board.retry} />
        <Button variant="default" onClick={() => open(null)}>
          All dashboards
        </Button>
      </div>
    );
  if (saved === undefined || layout === null) return <div className={styles.state} aria-busy="true" />;

  const takenAway = (message: string) => showToast({ message, action: { label: "Undo", run: board.undo } });
  const full = widgetCount(layout) >= MAX_WIDGETS;
  const deeds: WidgetDeeds = {
    edit: (section, widget) => setEdited({ section, widget, fresh: false }),
    duplicate: (section, widget) => edit((before) => addWidget(before, section, { ...widget, id: newId() })),
    remove: (section, widget) => {
      edit((before) => removeWidget(before, section, widget.id));
      takenAway(`“${widgetTitle(widget)}” is removed.`);
    },
    send: (from, to, widget) => edit((before) => moveToSection(before, from, to, widget.id)),
    place: (section, widget, box) => edit((before) => placeWidget(before, section, widget.id, box)),
  };
  const add = (kind: WidgetKind, section: string) =>
    setEdited({ section, widget: newWidget(kind), fresh: true });
  const sections = readOnly
    ? layout.sections.map((each) => ({ ...each, closed: folded[each.id] ?? each.closed }))
    : layout.sections;
  return (
    <div className={styles.board}>
      <div className={styles.toolbar}>
        <ActionIcon size={28} aria-label="All dashboards" title="All dashboards" onClick={() => open(null)}>
          <ArrowLeft size={16} />
        </ActionIcon>
        <h2 className={styles.name} title={saved.name}>
          {saved.name}
        </h2>
        {!saved.shared && <Lock size={13} aria-label="Only you see it" className={styles.lock} />}
        {standing !== "saved" && (
          <span className={styles.changes} data-standing={standing}>
            <span className={styles.edited} title="Only you see these changes until you save them">
              Edited
            </span>
            <Button size="compact-xs" variant="default" leftSection={<Save size={12} />} onClick={save}>
              Save
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={board.reset}>
              Reset
            </Button>
          </span>
        )}
        <span className={styles.gap} />
        {!readOnly && (
          <AddMenu
            disabled={full}
            add={(kind) => add(kind, layout.sections.at(-1)?.id ?? "")}
            addSection={() =>
              edit((before) => addSection(before, { id: newId(), title: "New section", widgets: [] }))
            }
            noSection={layout.sections.length === 0}
          />
        )}
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon size={28} aria-label="More of this dashboard">
              <Ellipsis size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setDialog("rename")}>
              Rename…
            </Menu.Item>
            <Menu.Item leftSection={<Save size={14} />} onClick={() => setDialog("save-as")}>
              Save as a new dashboard…
            </Menu.Item>
            <Menu.Item
              leftSection={<Link2 size={14} />}
              onClick={() =>
                void copyText(location.href).then(() => showToast({ message: "The link is copied." }))
              }
            >
              Copy link
            </Menu.Item>
            {saved.shared ? (
              <Menu.Item
                leftSection={<Lock size={14} />}
                disabled={!saved.mine}
                onClick={() => void actions.share(saved, false)}
              >
                Hide from others
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<Users size={14} />} onClick={() => void actions.share(saved, true)}>
                Share with everybody
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<Trash2 size={14} />}
              color="var(--bad)"
              onClick={() => void actions.remove(saved).then((gone) => gone && open(null))}
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className={styles.sections} data-scroller>
        {widgetCount(layout) === 0 && (
          <EmptyState
            icon={<LayoutDashboard size={28} strokeWidth={1.5} />}
            title="Nothing on it yet"
            compact
          >
            <p>
              {readOnly
                ? "Widgets are put on it on a wider screen."
                : "Widgets show the runs whose eyes are open on the left, whoever looks."}
            </p>
            {!readOnly && (
              <div className={styles.kinds}>
                {KINDS.map(({ kind, label }) => (
                  <Button
                    key={kind}
                    size="xs"
                    variant="default"
                    leftSection={<Plus size={13} />}
                    onClick={() => {
                      const section = layout.sections[0]?.id;
                      if (section !== undefined) add(kind, section);
                    }}
                  >
                    {label}
                  </Button>
                ))}
              </div>
            )}
          </EmptyState>
        )}
        {sections.map((section, index) => (
          <section key={section.id} aria-label={section.title || `Section ${index + 1}`}>
            {(sections.length > 1 || section.title !== "") && (
              <SectionHead
                section={section}
                first={index === 0}
                last={index === sections.length - 1}
                readOnly={readOnly}
                change={(change) =>
                  readOnly
                    ? setFolded({ ...folded, [section.id]: change.closed === true })
                    : edit((before) => changeSection(before, section.id, change))
                }
                move={(by) => edit((before) => moveSection(before, section.id, by))}
                remove={() => {
                  edit((before) => removeSection(before, section.id));
                  takenAway(`“${section.title || "The section"}” is removed.`);
                }}
                add={full ? null : (kind) => add(kind, section.id)}
              />
            )}
            {!section.closed && (
              <SectionGrid
                project={project}
                runs={runs}
                columns={columns}
                section={section}
                sections={layout.sections}
                deeds={deeds}
                readOnly={readOnly}
              />
            )}
          </section>
        ))}
      </div>
      {edited !== null && (
        <WidgetEditor
          project={project}
          widget={edited.widget}
          fresh={edited.fresh}
          close={() => setEdited(null)}
          apply={(widget) => {
            edit((before) =>
              edited.fresh
                ? addWidget(before, edited.section, widget)
                : changeWidget(before, edited.section, widget),
            );
            setEdited(null);
          }}
        />
      )}
      {dialog === "rename" && (
        <NameDialog
          title="Rename the dashboard"
          label="Name"
          name={saved.name}
          action="Rename"
          submit={(name) => actions.rename(saved, name)}
          close={() => setDialog(null)}
        />
      )}
      {dialog === "save-as" && (
        <NameDialog
          title="Save as a new dashboard"
          label="Name"
          name={`${saved.name} 2`}
          audience
          action="Save"
          submit={async (name, shared) => {
            const made = await actions.create(name, shared, layout);
            setDraft(id, null);
            open(made.id);
          }}
          close={() => setDialog(null)}
        />
      )}
      {dialog === "conflict" && (
        <ConflictDialog
          what={saved.name}
          who={saved.updated_by}
          overwrite={() => {
            setDialog(null);
            void board.save();
          }}
          saveAs={() => setDialog("save-as")}
          discard={() => {
            setDialog(null);
            board.reset();
          }}
          close={() => setDialog(null)}
        />
      )}
    </div>
  );
}

function AddMenu(props: {
  readonly disabled: boolean;
  readonly noSection: boolean;
  readonly add: (kind: WidgetKind) => void;
  readonly addSection: () => void;
}) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" leftSection={<Plus size={14} />}>
          Add
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {KINDS.map(({ kind, label }) => (
          <Menu.Item key={kind} disabled={props.disabled || props.noSection} onClick={() => props.add(kind)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Rows2 size={14} />} onClick={props.addSection}>
          Section
        </Menu.Item>
        {props.disabled && <Menu.Label>A dashboard has at most {MAX_WIDGETS} widgets</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

function SectionHead(props: {
  readonly section: Section;
  readonly readOnly: boolean;
  readonly first: boolean;
  readonly last: boolean;
  readonly change: (change: Partial<Pick<Section, "title" | "closed">>) => void;
  readonly move: (by: -1 | 1) => void;
  readonly remove: () => void;
  readonly add: ((kind: WidgetKind) => void) | null;
}) {
  const { section } = props;
  const [naming, setNaming] = useState<string | null>(null);
  const count = section.widgets.length;
  const name = section.title || "Untitled section";
  return (
    <div className={styles.head}>
      {naming === null ? (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={!section.closed}
          onClick={() => props.change({ closed: !section.closed })}
        >
          <ChevronRight size={14} className={styles.chevron} />
          <b>{name}</b>
          <span className="quiet num">{count}</span>
        </button>
      ) : (
        <TextInput
          size="xs"
          aria-label="Name of the section"
          autoFocus
          maxLength={200}
          value={naming}
          onChange={(event) => setNaming(event.currentTarget.value)}
          onBlur={() => {
            props.change({ title: naming.trim() });
            setNaming(null);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            else if (event.key === "Escape") setNaming(null);
          }}
        />
      )}
      {!props.readOnly && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <ActionIcon size={24} aria-label={`Change the section ${name}`}>
              <Ellipsis size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setNaming(section.title)}>
              Rename
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowUp size={14} />}
              disabled={props.first}
              onClick={() => props.move(-1)}
            >
              Move up
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowDown size={14} />}
              disabled={props.last}
              onClick={() => props.move(1)}
            >
              Move down
            </Menu.Item>
            {KINDS.map(({ kind, label }) => (
              <Menu.Item
                key={kind}
                leftSection={<Plus size={14} />}
                disabled={props.add === null}
                onClick={() => props.add?.(kind)}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Item leftSection={<Trash2 size={14} />} color="var(--bad)" onClick={props.remove}>
              Remove{count > 0 ? ` with ${count} ${count === 1 ? "widget" : "widgets"}` : ""}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
