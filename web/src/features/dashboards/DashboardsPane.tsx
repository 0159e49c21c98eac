import { Button, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { ArchiveRestore, LayoutDashboard, Lock, Plus, Users } from "lucide-react";
import { useState } from "react";
import { dashboardListQuery, trashedDashboardsQuery } from "@/api/dashboards";
import type { ProjectRef } from "@/api/types";
import type { PaneProps } from "@/features/runs/tabs";
import { DeletedDialog } from "@/features/views/DeletedDialog";
import { NameDialog } from "@/features/views/ViewDialogs";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { RelativeTime } from "@/ui/Time";
import { useUrlState } from "@/urlSearch";
import styles from "./Board.module.css";
import { BoardView } from "./BoardView";
import { boardCodec } from "./urlState";
import { useBoardActions, useDashboardEvents } from "./useBoard";

/** The project's dashboards, or the open one. */
export function DashboardsPane(props: PaneProps) {
  const [board, setBoard] = useUrlState(boardCodec);
  const open = (id: string | null) => setBoard(() => id, { push: true });
  return board === null ? (
    <BoardList project={props.project} open={open} />
  ) : (
    <BoardView key={board} {...props} id={board} open={open} />
  );
}

function BoardList({ project, open }: { readonly project: ProjectRef; readonly open: (id: string) => void }) {
  const list = useQuery(dashboardListQuery(project));
  const actions = useBoardActions(project);
  const [naming, setNaming] = useState(false);
  // Nothing can be put on a new one there.
  const phone = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  useDashboardEvents(project);
  const [deleted, setDeleted] = useState(false);
  const boards = list.data?.dashboards ?? [];
  const trash = (
    <Button
      variant="subtle"
      color="gray"
      leftSection={<ArchiveRestore size={14} />}
      onClick={() => setDeleted(true)}
    >
      Deleted dashboards
    </Button>
  );
  const make = phone ? null : (
    <Button leftSection={<Plus size={14} />} onClick={() => setNaming(true)}>
      New dashboard
    </Button>
  );
  return (
    <div className={styles.list}>
      {list.error !== null && list.data === undefined ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : list.data === undefined ? (
        <div className={styles.cards} aria-busy="true">
          {[0, 1, 2].map((each) => (
            <Skeleton key={each} height={56} radius="md" />
          ))}
        </div>
      ) : boards.length === 0 ? (
        <EmptyState icon={<LayoutDashboard size={32} strokeWidth={1.5} />} title="No dashboards yet">
          <p>
            A dashboard puts charts, numbers, tables, images and notes on one board. It shows the runs that
            its viewer has drawn.{phone && " It is made on a wider screen."}
          </p>
          {make}
          {trash}
        </EmptyState>
      ) : (
        <>
          <div className={styles.listHead}>
            <h2>Dashboards</h2>
            {trash}
            {make}
          </div>
          <ul className={styles.cards} aria-label="Dashboards">
            {boards.map((board) => (
              <li key={board.id}>
                <button type="button" className={styles.card} onClick={() => open(board.id)}>
                  <LayoutDashboard size={18} aria-hidden="true" />
                  <span className={styles.cardText}>
                    <b>{board.name}</b>
                    <span>
                      {board.updated_by}, <RelativeTime value={board.updated_at} />
                    </span>
                  </span>
                  {board.shared ? (
                    <Users size={15} aria-label="Everybody in the project sees it" />
                  ) : (
                    <Lock size={15} aria-label="Only you see it" />
                  )}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {deleted && <Deleted project={project} open={open} close={() => setDeleted(false)} />}
      {naming && (
        <NameDialog
          title="New dashboard"
          label="Name"
          name=""
          audience
          action="Make it"
          submit={async (name, shared) => open((await actions.create(name, shared)).id)}
          close={() => setNaming(false)}
        />
      )}
    </div>
  );
}

function Deleted(props: {
  readonly project: ProjectRef;
  readonly open: (id: string) => void;
  readonly close: () => void;
}) {
  const query = useQuery(trashedDashboardsQuery(props.project));
  const actions = useBoardActions(props.project);
  return (
    <DeletedDialog
      title="Deleted dashboards"
      query={query}
      restore={(board) => {
        void actions.restore(board).then((back) => back && props.open(board.id));
        props.close();
      }}
      close={props.close}
    />
  );
}
