import { Link } from "@tanstack/react-router";
import type { ProjectRef } from "@/api/types";
import { ViewMenu } from "@/features/views/ViewMenu";
import { LiveMark } from "@/ui/LiveMark";
import styles from "./ProjectHeader.module.css";
import { type ProjectTab, TABS } from "./tabs";

type Props = {
  readonly project: ProjectRef;
  readonly description: string;
  readonly tab: ProjectTab;
  readonly setTab: (tab: ProjectTab) => void;
};

/** Where the reader is, the tabs, the saved view, and whether changes arrive by themselves. */
export function ProjectHeader(props: Props) {
  return (
    <header className={styles.header}>
      <div className={styles.crumbs}>
        <Link to="/" className={styles.workspace}>
          {props.project.workspace}
        </Link>
        <span className={styles.slash}>/</span>
        <h1 className={styles.title} title={props.project.name}>
          {props.project.name}
        </h1>
      </div>
      <div className={styles.tabs} role="tablist" aria-label="Views of the project">
        {TABS.map((each, position) => (
          <Tab key={each.id} id={each.id} label={each.label} hint={String(position + 1)} {...props} />
        ))}
      </div>
      <ViewMenu project={props.project} />
      <span className={styles.description} title={props.description}>
        {props.description}
      </span>
      <LiveMark />
    </header>
  );
}

function Tab(props: {
  readonly id: ProjectTab;
  readonly label: string;
  readonly hint: string;
  readonly tab: ProjectTab;
  readonly setTab: (tab: ProjectTab) => void;
}) {
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${props.id}`}
      aria-controls="project-panel"
      aria-selected={props.tab === props.id}
      aria-keyshortcuts={props.hint}
      className={styles.tab}
      onClick={() => props.setTab(props.id)}
    >
      {props.label}
      <kbd className={styles.hint}>{props.hint}</kbd>
    </button>
  );
}
