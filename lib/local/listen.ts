import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotStart } from "./cannot-start.ts";

/**
 * Makes a server listen on this machine alone; port 0 asks for any free one. Gives the port.
 * @throws CannotStart if the port is taken or not to be had
 */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new CannotStart(
        `Port ${port} is taken by another program. Stop that, or choose one: PORT=${port + 1} npm start`,
      );
    }
    throw new CannotStart(`Port ${port} cannot be used: ${message}. Choose another: PORT=3001 npm start`);
  }
  return (server.address() as AddressInfo).port;
}

/** Closes a server, if it is not closed already: requests under way have two seconds to be answered. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 2000);
  await closed;
  clearTimeout(timer);
}
