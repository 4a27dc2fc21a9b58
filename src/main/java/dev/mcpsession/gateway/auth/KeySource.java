package dev.mcpsession.gateway.auth;

/** Where the keys of one issuer come from. */
@FunctionalInterface
interface KeySource {
  /**
   * Reads them; blocks, but not for ever.
   *
   * @throws IssuerFaultException if there are none, or none that can be used
   */
  IssuerKeySet fetch() throws IssuerFaultException, InterruptedException;
}
