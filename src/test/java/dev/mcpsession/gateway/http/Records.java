package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.route.Era;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what the server tells. */
final class Records implements TrafficListener {
  final List<RequestRecord> requests = new CopyOnWriteArrayList<>();
  final List<Rejection> rejections = new CopyOnWriteArrayList<>();
  final List<TokenDefect> tokenDefects = new CopyOnWriteArrayList<>();
  final List<String> waits = new CopyOnWriteArrayList<>();
  final List<String> rebinds = new CopyOnWriteArrayList<>();
  final List<String> resumes = new CopyOnWriteArrayList<>();
  final AtomicInteger streams = new AtomicInteger();
  final AtomicLong buffered = new AtomicLong();
  final AtomicInteger slowClients = new AtomicInteger();
  final AtomicInteger slowClientsEver = new AtomicInteger();

  /** That told of requests. */
  final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  @Override
  public void requestEnded(RequestRecord request) {
    requests.add(request);
    threads.add(Thread.currentThread());
  }

  @Override
  public void rejected(Rejection reason) {
    rejections.add(reason);
  }

  @Override
  public void tokenRejected(TokenDefect defect) {
    tokenDefects.add(defect);
  }

  @Override
  public void streamBegun(Era era) {
    streams.incrementAndGet();
  }

  @Override
  public void streamEnded(Era era) {
    streams.decrementAndGet();
  }

  @Override
  public void sessionWaited(String cause, Duration time) {
    waits.add(cause);
  }

  @Override
  public void rebound(String outcome) {
    rebinds.add(outcome);
  }

  @Override
  public void resumed(String outcome) {
    resumes.add(outcome);
  }

  @Override
  public void buffered(long bytes) {
    buffered.addAndGet(bytes);
  }

  @Override
  public void slowClientBegun() {
    slowClients.incrementAndGet();
    slowClientsEver.incrementAndGet();
  }

  @Override
  public void slowClientEnded() {
    slowClients.decrementAndGet();
  }

  RequestRecord last() {
    return requests.getLast();
  }
}
