package dev.mcpsession.simulation;

import dev.mcpsession.simulation.model.GarbageCollector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run: everything that can happen, one step at a time, in an order that the seed decides. */
final class Simulation {
  /** How deeply interruptions of a request may nest. */
  private static final int DEEPEST = 2;

  final World world;
  final ModelUsers users;
  final TemplateChecks checks;
  final ModelKubelet kubelet;
  final GarbageCollector collector;

  private final List<ModelOperator> operators = new ArrayList<>();
  private int started;
  private int depth;

  Simulation(long seed) {
    world = new World(seed);
    users = new ModelUsers(world);
    checks = new TemplateChecks(world);
    kubelet = new ModelKubelet(world);
    collector = new GarbageCollector(world.server);
  }

  void run(int steps) {
    if (world.offered) {
      users.templates().editors().begin();
    }
    users.names().forEach(users::create);
    startOperator();
    for (int i = 0; i < steps; i++) {
      if (!world.chance.in(0.03)) {
        step();
      } else {
        upheaval();
      }
      world.invariants.check();
    }
    new Quiescence(this).check();
  }

  ModelOperator startOperator() {
    ModelOperator operator =
        new ModelOperator(
            world, "operator-" + ++started, world.upgraded && started == 1, this::meanwhile);
    world.trace.line(operator + " starts");
    operators.add(operator);
    return operator;
  }

  /** The one operator that keeps running; the others end. */
  ModelOperator lastOperator() {
    operators.removeIf(ModelOperator::isDead);
    while (operators.size() > 1) {
      end(operators.removeFirst());
    }
    return operators.isEmpty() ? startOperator() : operators.getFirst();
  }

  private static void end(ModelOperator operator) {
    operator.stop();
  }

  /** Events that happen only between steps: processes start and end, and the clock jumps. */
  private void upheaval() {
    operators.removeIf(ModelOperator::isDead);
    int choice = world.chance.below(11);
    if (operators.isEmpty() || (operators.size() == 1 && world.contested && choice < 6)) {
      startOperator();
    } else if (choice < 5 && world.faults.now(1)) {
      end(operators.get(world.chance.below(operators.size())));
    } else if (choice < 6) {
      operators
          .get(world.chance.below(operators.size()))
          .events
          .relist(world.chance.below(ModelEvents.KINDS));
    } else if (choice < 7) {
      jump(Duration.ofHours(world.chance.in(0.5) ? 1 : -1));
    } else if (choice < 8) {
      jump(Duration.ofSeconds(world.chance.between(90, 900)));
    } else if (choice < 10) {
      users.release();
    } else if (world.faults.now(1)) {
      issuerIsDown(!world.issuer.isDown());
    }
  }

  /** For all sessions and all operators. */
  void issuerIsDown(boolean down) {
    world.issuer.down(down);
    world.trace.line("the issuer is " + (down ? "down" : "back"));
  }

  private void jump(Duration by) {
    world.clock.move(by);
    if (by.isNegative()) {
      operators.forEach(operator -> operator.events.clockPutBack());
    }
    world.trace.line("the clock jumps by " + by);
  }

  private void meanwhile() {
    if (depth < DEEPEST && !world.faults.isOver() && world.chance.in(0.1)) {
      depth++;
      world.trace.indent();
      for (int i = world.chance.between(1, 3); i > 0; i--) {
        step();
      }
      world.trace.outdent();
      depth--;
    }
  }

  private void step() {
    if (world.offered) {
      offer();
    }
    int choice = world.chance.below(100);
    if (choice < 6) {
      users.step();
    } else if (choice < 26) {
      kubelet.step();
    } else if (choice < 30) {
      List<Runnable> garbage = collector.work();
      if (!garbage.isEmpty()) {
        world.chance.oneOf(garbage).run();
      }
    } else if (choice < 38) {
      int bound = world.chance.oneOf(List.of(100, 2_000, 2_000, 15_000, 15_000, 60_000));
      world.clock.move(Duration.ofMillis(world.chance.below(bound)));
    } else {
      operate(choice);
    }
  }

  /** What happens to templates, besides everything else. */
  private void offer() {
    int choice = world.secondChance.below(100);
    if (choice < 4) {
      users.templates().editors().step();
    } else if (choice < 7) {
      users.templates().step();
    } else if (choice < 25) {
      checks.step();
    } else if (choice == 25 && !operators.isEmpty()) {
      world.secondChance.oneOf(operators).events.relist(ModelEvents.TEMPLATES);
    }
  }

  private void operate(int choice) {
    List<ModelOperator> alive = operators.stream().filter(o -> !o.isDead()).toList();
    if (alive.isEmpty()) {
      return;
    }
    ModelOperator operator = world.chance.oneOf(alive);
    if (choice < 45) {
      operator.events.fireDueAlarms();
    } else if (operator.hasCalls() && choice < 60) {
      operator.answerCall();
    } else if (operator.events.isBehind() && choice < 82) {
      operator.events.deliverAny();
    } else {
      operator.reconcileNext();
    }
  }
}
