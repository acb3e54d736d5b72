import { QueryClient } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { Session } from "./session/session.ts";
import "./base.css";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element.");

const session = new Session();
const queries = new QueryClient();
createRoot(root).render(<App session={session} queries={queries} />);
if (location.pathname !== "/console/signed-out") void session.start();
