package dev.mcpsession.signin.web;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.StoreException;

/** Answers requests for one path. Called on virtual threads, so it may block. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers a request whose Host and Origin are allowed.
   *
   * @throws StoreException if the API server did not answer (503), or refused (500)
   */
  SiteAnswer answer(SiteRequest request) throws StoreException;
}
