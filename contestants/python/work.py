"""What a job does and for how long: the same as the Rust program's, number for number.

All that is random about a job follows from the seed and its index, so that jobs can be made in any
order and checked without being run. docs/PROTOCOL.md states each rule; a test of the Rust program
compares the first thousand service times of every law.
"""

import math

MASK = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN = 0x9E37_79B9_7F4A_7C15


def scramble(z):
    """One step of SplitMix64."""
    z = (z + GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & MASK
    return z ^ (z >> 31)


def mix(seed, index):
    """SplitMix64 of `seed`, at place `index`: what a job yields, and the seed of what it draws."""
    return scramble((scramble(seed) + index * GOLDEN) & MASK)


def below(bound, seed, index):
    """A number below `bound`."""
    return (mix(seed, index) * bound) >> 64


class Generator:
    """xoshiro256++, its state filled by SplitMix64."""

    def __init__(self, seed):
        self.state = [scramble((seed + step * GOLDEN) & MASK) for step in range(4)]

    def bits(self):
        """The next 64 bits."""
        a, b, c, d = self.state
        total = (a + d) & MASK
        result = ((((total << 23) | (total >> 41)) & MASK) + a) & MASK
        shifted = (b << 17) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = ((d << 45) | (d >> 19)) & MASK
        self.state = [a, b, c, d]
        return result

    def unit(self):
        """A number in [0, 1)."""
        return (self.bits() >> 11) * 2.0**-53

    def unit_above_zero(self):
        """A number in (0, 1]."""
        return ((self.bits() >> 11) + 1) * 2.0**-53

    def unit_open(self):
        """A number in (0, 1)."""
        return (self.bits() >> 12) * 2.0**-52 + 2.0**-53


class Ziggurat:
    """Doornik's ZIGNOR with 256 boxes of equal area `volume`; the tail begins at `tail`."""

    def __init__(self, density, inverse, tail, volume):
        edges = [volume / density(tail), tail]
        while len(edges) < 256:
            edges.append(inverse(volume / edges[-1] + density(edges[-1])))
        edges.append(0.0)
        # The published tables have eighteen decimals.
        self.edges = [float("%.18f" % edge) for edge in edges]
        self.heights = [float("%.18f" % density(edge)) for edge in edges]
        self.density = density

    def draw(self, random, to_unit, beyond_the_tail):
        """One number; `to_unit` makes a number of the distribution's range from 52 bits."""
        while True:
            bits = random.bits()
            box = bits & 0xFF
            unit = to_unit(bits >> 12)
            x = unit * self.edges[box]
            if abs(x) < self.edges[box + 1]:
                return x
            if box == 0:
                return beyond_the_tail(unit)
            low, high = self.heights[box + 1], self.heights[box]
            if low + (high - low) * random.unit() < self.density(x):
                return x


EXPONENTIAL_TAIL = 7.69711747013104972
EXPONENTIAL = Ziggurat(
    lambda x: math.exp(-x),
    lambda y: -math.log(y),
    EXPONENTIAL_TAIL,
    0.0039496598225815571993,
)
NORMAL_TAIL = 3.654152885361008796
NORMAL = Ziggurat(
    lambda x: math.exp(-x * x / 2.0),
    lambda y: math.sqrt(-2.0 * math.log(y)),
    NORMAL_TAIL,
    0.00492867323399,
)


def exponential(random):
    """A draw from the exponential distribution of mean 1."""
    return EXPONENTIAL.draw(
        random,
        lambda bits: bits * 2.0**-52 + 2.0**-53,
        lambda _: EXPONENTIAL_TAIL - math.log(random.unit()),
    )


def normal(random):
    """A draw from the standard normal distribution."""

    def beyond(unit):
        x, y = 1.0, 0.0
        while -2.0 * y < x * x:
            x = math.log(random.unit_open()) / NORMAL_TAIL
            y = math.log(random.unit_open())
        return x - NORMAL_TAIL if unit < 0.0 else NORMAL_TAIL - x

    return NORMAL.draw(random, lambda bits: bits * 2.0**-51 - 1.0, beyond)


def pareto(random):
    """A draw from the Pareto distribution of shape 2.5 and mean 1."""
    return (2.5 - 1.0) / 2.5 * random.unit_above_zero() ** (-1.0 / 2.5)


FACTORS = {
    "uniform": lambda random: 2.0 * random.unit(),
    "exponential": exponential,
    "lognormal": lambda random: math.exp(normal(random) - 0.5),
    "pareto": pareto,
}


def service_ns(law, seed, index, mean_ns):
    """How long job `index` sleeps, to the nanosecond; `None` if the workload has no timer."""
    if law == "fixed":
        return mean_ns
    if law == "stragglers":
        straggles = index % 100 == below(100, seed, index // 100)
        return 100 * mean_ns if straggles else mean_ns
    if law == "reciprocal":
        return half_away(mean_ns * (1.0 / (index + 1.0)))
    if law in FACTORS:
        return half_away(mean_ns * FACTORS[law](Generator(mix(seed, index))))
    return None


def half_away(number):
    """The nearest whole number; of two, the greater, unlike `round`."""
    whole = math.floor(number)
    return whole + 1 if number - whole >= 0.5 else whole
