package dev.mcpsession.issuer;

import java.time.Instant;

/**
 * What a {@link ForgejoIssuer} was asked, and what came of it.
 *
 * @param at when it arrived
 * @param refreshToken empty when there was none, as with a code
 * @param status of the answer; 0 when there was none
 * @param outcome {@code issued}, or the description of the error, or the fault
 * @param accepted whether new tokens were issued, even if the answer did not arrive
 */
public record IssuerCall(
    Instant at, String refreshToken, int status, String outcome, boolean accepted) {}
