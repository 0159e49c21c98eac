import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { EmptyState } from "./Feedback";

export function NotFound() {
  return (
    <EmptyState page icon={<Compass size={28} />} title="Nothing lies at this address">
      <p>The page was moved, or the link is incomplete.</p>
      <Button component={Link} to="/" variant="default">
        All projects
      </Button>
    </EmptyState>
  );
}
