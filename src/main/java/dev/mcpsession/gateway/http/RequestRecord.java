package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.McpResource;
import java.time.Duration;
import java.util.Optional;

/**
 * What is told of a request once it has ended. Holds no token, no body and no session id.
 *
 * @param resource empty: the path names none
 * @param ownerHash the first 16 hex digits of the owner's hash; empty: nobody was authenticated
 * @param httpMethod such as POST
 * @param method of the JSON-RPC message, as sent: any text; empty: there is none
 * @param tool that is called, as sent: any text; empty: none is
 * @param status 0: the client was gone before it had an answer
 * @param stream whether the answer was a stream of events
 * @param bytesIn of the body
 * @param bytesOut of the body
 * @param duration from the request's head to the end of its answer
 * @param backendTime of that: waiting for a session, and for the backend and its answer
 * @param traceId 32 hex digits
 */
public record RequestRecord(
    Optional<McpResource> resource,
    Optional<String> ownerHash,
    Era era,
    String httpMethod,
    Optional<String> method,
    Optional<String> tool,
    int status,
    Outcome outcome,
    boolean stream,
    long bytesIn,
    long bytesOut,
    Duration duration,
    Duration backendTime,
    String traceId) {}
