import type { NamedRoute } from "../../functions/api.ts";

/** A request's path among the API's: the route where the method has one, and the methods that have. */
export interface Place {
  route: NamedRoute | undefined;
  methods: string[];
  /** The path's parameters, percent-decoded. */
  params: Record<string, string>;
}

/**
 * Finds where a path leads, as API Gateway does: a literal segment goes before a parameter. Gives undefined where no
 * route has the path. @throws URIError where the path is not properly percent-encoded
 */
export function routerOf(routes: readonly NamedRoute[]): (method: string, path: string) => Place | undefined {
  const byPath = Object.entries(Object.groupBy(routes, ({ path }) => path)).sort(literalsFirst);
  const places = byPath.map(([path, its = []]) => ({ pattern: patternOf(path), its }));
  return (method, path) => {
    for (const { pattern, its } of places) {
      const match = pattern.exec(path);
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return {
        route: its.find((route) => route.method === method),
        methods: its.map((route) => route.method),
        params: Object.fromEntries(params),
      };
    }
    return undefined;
  };
}

function literalsFirst([a]: [string, unknown], [b]: [string, unknown]): number {
  const rank = (path: string) => path.replaceAll("{", "\uffff");
  return rank(a) < rank(b) ? -1 : 1;
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.+*?^$()[\]|\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}
