package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx with a configuration of its own: as the proxy that others are compared with, and as what
 * all of them ask. Nothing of the machine's own nginx is used but the program.
 */
public final class Nginx {
  /** As many as the Vert.x proxy has event loops. */
  static final int WORKERS = 2;

  private Nginx() {}

  /** Answers each request with the same JSON: a small result of a tool. On loopback. */
  public static ServerProcess upstream(int port) throws IOException {
    return upstream("127.0.0.1", port, "");
  }

  /**
   * The same on all addresses, for this machine alone: Pods that are simulated have addresses in a
   * network that is routed to it. Each answer names an MCP session, as that to initialize must.
   */
  public static ServerProcess backends(int port, String network) throws IOException {
    return upstream(
        "0.0.0.0",
        port,
        """
        allow 127.0.0.0/8;
        allow %s;
        deny all;
        add_header Mcp-Session-Id bench;
        """
            .formatted(network));
  }

  private static ServerProcess upstream(String address, int port, String more) throws IOException {
    return start(
        port,
        """
        server {
          listen %s:%d reuseport;
          default_type application/json;
          location / {
            %s
            return 200 '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bench","version":"1"},"content":[{"type":"text","text":"ok"}]}}';
          }
        }
        """
            .formatted(address, port, more));
  }

  /**
   * A reverse proxy that keeps its connections to the upstream and holds nothing back, as a gateway
   * for streams must.
   *
   * @param upstream its address and port
   */
  public static ServerProcess proxy(int port, String upstream) throws IOException {
    return start(
        port,
        """
        upstream backend {
          server %s;
          keepalive 64;
          keepalive_requests 1000000000;
        }
        server {
          listen 127.0.0.1:%d reuseport;
          location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
            proxy_read_timeout 1h;
          }
        }
        """
            .formatted(upstream, port));
  }

  private static ServerProcess start(int port, String servers) throws IOException {
    Path folder = Files.createTempDirectory("nginx");
    Files.writeString(folder.resolve("nginx.conf"), configuration(servers));
    return ServerProcess.start(
        "nginx",
        port,
        folder,
        List.of(Tools.path("nginx"), "-p", folder.toString(), "-c", "nginx.conf"));
  }

  /** Relative names are in the folder that it is started with. */
  private static String configuration(String servers) {
    return """
    daemon off;
    worker_processes %d;
    worker_rlimit_nofile 16384;
    user root;
    pid pid;
    error_log error.log;
    events { worker_connections 8192; }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      keepalive_timeout 1h;
      keepalive_requests 1000000000;
      %s
    }
    """
        .formatted(WORKERS, servers);
  }
}
