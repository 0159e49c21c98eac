import { Link } from "@tanstack/react-router";
import type { ProjectRef } from "@/api/types";
import { ViewMenu } from "@/features/views/ViewMenu";
import { LiveMark } from "@/ui/LiveMark";
import { Tabs } from "@/ui/Tabs";
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
      <Tabs
        label="Views of the project"
        tabs={TABS.map(({ id, label }, position) => ({ id, label, hint: String(position + 1) }))}
        current={props.tab}
        select={props.setTab}
        panel="project-panel"
        className={styles.tabs}
      />
      <ViewMenu project={props.project} />
      <span className={styles.description} title={props.description}>
        {props.description}
      </span>
      <LiveMark />
    </header>
  );
}
