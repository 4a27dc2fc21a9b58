package dev.mcpsession.bench.signin;

import dev.mcpsession.bench.gateway.ServerProcess;

/**
 * What a server is asked to do.
 *
 * @param name for the table
 * @param process whose CPU counts
 * @param isCounted whether it makes requests to the API server
 */
public record Task(String name, ServerProcess process, boolean isCounted, Load.Work work) {}
