package dev.mcpsession.gateway.site;

import java.util.concurrent.CompletionStage;

/** What the gateway serves beside MCP: the endpoints and pages of sign-in. */
public interface Site {
  /**
   * Whether a path is one of the site's, so that it is no MCP endpoint.
   *
   * @param path without a query, as sent
   */
  boolean serves(String path);

  /**
   * Answers a request whose Host and Origin are allowed. Returns at once; completes on any thread,
   * never exceptionally.
   */
  CompletionStage<SiteAnswer> answer(SiteRequest request);
}
