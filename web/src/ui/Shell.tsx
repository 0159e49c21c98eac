import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { Box, CircleHelp, LayoutGrid, Moon, Plug, Rows3, Sun, Waypoints } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { probe, useReachable } from "@/api/connection";
import { infoQuery } from "@/api/projects";
import { hasTracesQuery } from "@/api/traces";
import type { ProjectRef } from "@/api/types";
import { Help } from "./Help";
import { useShortcuts } from "./keys";
import { Logo } from "./Logo";
import styles from "./Shell.module.css";
import { Toasts } from "./toast";

/** The frame of every page: a thin rail (a bar at the foot of a phone), the page, and word of a lost server. */
export function Shell({ palette }: { readonly palette: ReactNode }) {
  const [help, setHelp] = useState(false);
  const navigate = useNavigate();
  const params = useParams({ strict: false });
  const connecting = useLocation({ select: (location) => location.pathname === "/connect" });
  const atProject = useLocation({ select: (location) => PROJECT.test(location.pathname) });
  const atModels = useLocation({ select: (location) => MODELS.test(location.pathname) });
  const tracing = useLocation({ select: (location) => TRACES.test(location.pathname) });
  useShortcuts([
    { keys: ["?"], label: "Keyboard help", group: "Everywhere", run: () => setHelp((open) => !open) },
    { keys: ["g h"], label: "All projects", group: "Everywhere", run: () => void navigate({ to: "/" }) },
    {
      keys: [],
      label: "Connect a client",
      group: "Everywhere",
      run: () => void navigate({ to: "/connect" }),
    },
  ]);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <nav className={styles.rail} aria-label="Main">
        <Link to="/" className={styles.brand} aria-label="Trireme: all projects">
          <Logo size={30} />
        </Link>
        <RailLink to="/" label="Projects" active={params.project === undefined && !connecting && !atModels}>
          <LayoutGrid size={18} />
        </RailLink>
        {params.workspace !== undefined && params.project !== undefined && (
          <RailLink
            to="/p/$workspace/$project"
            params={{ workspace: params.workspace, project: params.project }}
            // On the project's own page it leads nowhere else, so it must not forget the filter.
            keepSearch={atProject}
            label="Runs"
            active={!tracing}
          >
            <Rows3 size={18} />
          </RailLink>
        )}
        {params.workspace !== undefined && params.project !== undefined && (
          <TracesLink project={{ workspace: params.workspace, name: params.project }} active={tracing} />
        )}
        <RailLink to="/models" label="Models" active={atModels}>
          <Box size={18} />
        </RailLink>
        <span className={styles.gap} />
        <RailLink to="/connect" label="Connect" active={connecting}>
          <Plug size={18} />
        </RailLink>
        <SchemeToggle />
        <RailButton label="Keyboard help (?)" onClick={() => setHelp(true)} className={styles.desktopOnly}>
          <CircleHelp size={18} />
        </RailButton>
        <Version />
      </nav>
      <div className={styles.main}>
        <ConnectionBar />
        <main id="content" className={styles.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Toasts />
      {palette}
      <Help opened={help} close={() => setHelp(false)} />
    </div>
  );
}

const PROJECT = /^\/p\/[^/]+\/[^/]+\/?$/;
const MODELS = /^\/models(\/|$)/;
const TRACES = /^\/p\/[^/]+\/[^/]+\/traces(\/|$)/;

/** Leads to the traces of a project that has some. */
function TracesLink({ project, active }: { readonly project: ProjectRef; readonly active: boolean }) {
  const has = useQuery(hasTracesQuery(project));
  if (!active && has.data !== true) return null;
  return (
    <RailLink
      to="/p/$workspace/$project/traces"
      params={{ workspace: project.workspace, project: project.name }}
      label="Traces"
      active={active}
    >
      <Waypoints size={18} />
    </RailLink>
  );
}

function RailLink(props: {
  readonly to: "/" | "/connect" | "/models" | "/p/$workspace/$project" | "/p/$workspace/$project/traces";
  readonly params?: { workspace: string; project: string };
  readonly keepSearch?: boolean;
  readonly label: string;
  readonly active: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={props.label} position="right">
      <Link
        to={props.to}
        {...(props.params ? { params: props.params } : {})}
        {...(props.keepSearch ? { search: true as never } : {})}
        className={styles.item}
        data-active={props.active || undefined}
        aria-current={props.active ? "page" : undefined}
      >
        {props.children}
        <span className={styles.label}>{props.label}</span>
      </Link>
    </Tooltip>
  );
}

function RailButton(props: {
  readonly label: string;
  /** Shown under the icon on a phone. */
  readonly short?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}) {
  return (
    <Tooltip label={props.label} position="right">
      <ActionIcon
        className={`${styles.item} ${props.className ?? ""}`}
        variant="transparent"
        aria-label={props.label}
        onClick={props.onClick}
      >
        <span className={styles.inner}>
          {props.children}
          {props.short && <span className={styles.label}>{props.short}</span>}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const next = scheme === "dark" ? "light" : "dark";
  useShortcuts([
    { keys: [], label: `Switch to ${next} colours`, group: "Everywhere", run: () => setColorScheme(next) },
  ]);
  return (
    <RailButton
      label={`Switch to ${next} colours`}
      short={next === "dark" ? "Dark" : "Light"}
      onClick={() => setColorScheme(next)}
    >
      {scheme === "dark" ? <Sun size={18} /> : <Moon size={18} />}
    </RailButton>
  );
}

function Version() {
  const { data } = useQuery(infoQuery());
  if (data === undefined) return null;
  return (
    <Tooltip
      label={data.data_dir ? `Trireme ${data.version}, data in ${data.data_dir}` : `Trireme ${data.version}`}
      position="right"
    >
      <span className={styles.version}>{data.version.split("+")[0]}</span>
    </Tooltip>
  );
}

/** While the server is away: says so, looks every two seconds, and brings every open page up to date when it is back. */
function ConnectionBar() {
  const reachable = useReachable();
  const queries = useQueryClient();
  useEffect(() => {
    if (reachable) return;
    const timer = setInterval(async () => {
      if (await probe()) void queries.invalidateQueries();
    }, 2000);
    return () => clearInterval(timer);
  }, [reachable, queries]);
  if (reachable) return null;
  return (
    <div className={styles.offline} role="status">
      <span className={styles.dot} />
      The server does not answer. What you see may be old; this page continues by itself when it is back.
    </div>
  );
}
