"""What was measured: ``results.json``, and the tables that show it.

Every part keeps the date and the processor of its own measurement, and every single run.  The
tables are those of ``results.md`` and of the book's page, where each text is in both languages:
it is written ``English | Tiếng Việt``.
"""

from __future__ import annotations

import html
import json
import math
import os
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / "results.json"
PAGE = HERE / "results.md"

Runs = dict[str, list[dict]]  # by contender

KINDS = {
    "rnn-scratch": "RNN from scratch, 512 units | RNN viết từ đầu, 512 nút ẩn",
    "rnn": "RNN, 256 units | RNN, 256 nút ẩn",
    "gru": "GRU, 256 units | GRU, 256 nút ẩn",
    "lstm": "LSTM, 256 units | LSTM, 256 nút ẩn",
    "deep-lstm": "LSTM, two layers of 256 | LSTM, hai tầng 256 nút ẩn",
}
#: The same, where there is room for few letters.
SHORT = {
    "rnn-scratch": "RNN 512",
    "rnn": "RNN 256",
    "gru": "GRU 256",
    "lstm": "LSTM 256",
    "deep-lstm": "LSTM 2 × 256",
}
#: The columns of those who are compared, and of how they compare.
PEERS = (
    "this book | sách này",
    "D2L 0.17.6",
    "PyTorch",
    "to D2L | so với D2L",
    "to PyTorch | so với PyTorch",
)
OURS = "this book"
#: The other ways in which this book trains the network from scratch, and what tells them apart.
WAYS = {
    "one graph": ", as one graph | , dưới dạng một đồ thị",
    "by hand": ", gradients by hand | , gradient viết tay",
}
PRODUCTS = "products"
TUNED = "{}, tuned"  # a peer with the settings that the book makes for itself
#: The rows of the tables of perplexities: kinds of networks, and what they are compared with.
CELLS = ("rnn", "gru", "lstm")
COUNTING = "n-gram"
D2L_JOB = "d2l"
#: The networks of the section on depth.
NETWORKS = {
    "lstm": "LSTM, two layers | LSTM hai tầng",
    "gru": "GRU, two layers | GRU hai tầng",
    "rnn": "plain RNN, two layers | RNN thông thường hai tầng",
    "wide": "LSTM, one wide layer | LSTM một tầng rộng",
    COUNTING: "counting | đếm",
}
#: The texts of the registry and languages, by the names that they have there.
TEXTS = {
    "timemachine": "The Time Machine",
    "kieu": "Truyện Kiều",
    "tatoeba": "Tatoeba, English–Vietnamese | Tatoeba, Anh–Việt",
    "fra-eng": "Tatoeba, English–French | Tatoeba, Anh–Pháp",
}
LANGUAGES = {
    "en": "English | tiếng Anh",
    "vi": "Vietnamese | tiếng Việt",
    "fr": "French | tiếng Pháp",
}
BUILDS = {
    "cold": "cold: nothing has run yet | lần đầu: chưa có gì được chạy",
    "warm": "again, nothing changed | lần nữa, không có gì thay đổi",
    "prose": "after a prose edit | sau khi sửa một câu văn",
}


@dataclass(frozen=True)
class Table:
    """A table in both languages.

    Attributes
    ----------
    part : str
        The part of the results that it shows.
    title : str
        ``English | Tiếng Việt``, as every text here.
    heads : tuple of str
        Of the columns; the first column holds words, the others numbers.
    rows : list of tuple of str
    note : str
        What has to be known to read it.
    apart : bool
        Whether the book has it once in each language, whose numbers have signs of their own.
    """

    part: str
    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str = ""
    apart: bool = False


def load(path: Path = DATA) -> dict[str, dict]:
    """Return the results by part; no part, if nothing has been measured."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def save(results: dict[str, dict], path: Path = DATA, page: Path = PAGE) -> None:
    """Write the results, and the page made from them, each whole or not at all."""
    write(path, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    write(page, markdown(results))


def write(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def median(runs: Iterable[dict], what: str) -> float:
    """Return the median of what some runs have measured."""
    return statistics.median(run[what] for run in runs)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the median with the smallest and the largest value.

    Examples
    --------
    >>> spread([3, 1, 2]), spread([7])
    ('2.0 (1.0–3.0)', '7.0')
    """
    middle, low, high = statistics.median(values), min(values), max(values)
    shown = f"{middle:.{digits}f}"
    return shown if len(values) == 1 else f"{shown} ({low:.{digits}f}–{high:.{digits}f})"


def measured(runs: Runs, name: str, what: str, digits: int = 1, scale: float = 1.0) -> str:
    """Return what a contender has measured, with its spread, "–" where it did not take part."""
    return spread([run[what] * scale for run in runs[name]], digits) if name in runs else "–"


def ratio(mine: float, theirs: float | None, digits: int = 2) -> str:
    """Return how many times the second number the first is, "–" where there is none."""
    return "–" if theirs is None else f"{mine / theirs:.{digits}f} ×"


def trainings(part: dict, titles: dict[str, str] = KINDS) -> list[tuple[str, str, Runs]]:
    """Return the rows of a part that trains: a title, who of us trains, the runs of the job."""
    rows = []
    for kind, title in titles.items():
        for name, way in {OURS: "", **WAYS}.items():
            runs = part["runs"].get(kind, {})
            if name in runs:
                rows.append((_join(title, way), name, runs))
    return rows


def _join(*texts: str) -> str:
    """Return texts in a row, each language for itself."""
    en, vi = ("".join(those) for those in zip(*map(halves, texts)))
    return en if en == vi else f"{en} | {vi}"


def training(results: dict[str, dict]) -> Table:
    """Return the table of tokens per second."""
    rows = []
    for title, name, runs in trainings(results["training"]):
        mine = median(runs[name], "tokens_per_second")
        peers = {
            peer: median(runs[peer], "tokens_per_second") if peer in runs else None
            for peer in (TUNED.format("D2L"), TUNED.format("PyTorch"), PRODUCTS)
        }
        *tuned, products = peers.values()
        share = "–" if products is None else f"{mine / products:.0%}"
        shown = (name, "D2L", TUNED.format("D2L"), "PyTorch", TUNED.format("PyTorch"))
        rows.append(
            (
                title,
                *(measured(runs, who, "tokens_per_second", 1, 1e-3) for who in shown),
                *(ratio(mine, speed) for speed in tuned),
                measured(runs, PRODUCTS, "tokens_per_second", 1, 1e-3),
                share,
            )
        )
    return Table(
        "training",
        "Training, thousand tokens per second | Huấn luyện, nghìn token mỗi giây",
        (
            "network | mạng",
            "this book | sách này",
            "D2L",
            "D2L, tuned | D2L, đã chỉnh",
            "PyTorch",
            "PyTorch, tuned | PyTorch, đã chỉnh",
            "to D2L, tuned | so với D2L đã chỉnh",
            "to PyTorch, tuned | so với PyTorch đã chỉnh",
            "products alone | chỉ phép nhân",
            "share of that | đạt được",
        ),
        rows,
        "D2L's job: the first 10,000 characters of The Time Machine, minibatches of 32 rows and 35 "
        "steps. D2L 0.17.6 has its own training loop: gradient descent, gradients clipped at 1; "
        "PyTorch does the same, also in the rows of the network from scratch with its own layer. "
        "This book trains with Adam, which computes more in a step, and clips at 0.5. “Tuned” has "
        "the settings that this book makes for its own process: the kernel of OpenBLAS, the "
        "number of threads, memory that is kept. The median of the runs, with the least and the "
        "most; all of a row were measured in turn. "
        "“Products alone” is the floor of the time, so the ceiling of the speed: the matrix "
        "products of a step at their own shapes and nothing else, as fast as MXNet computes them "
        "one by one; a layer that computes them within one operator can pass it. | "
        "Bài toán của D2L: 10.000 ký tự đầu của The Time Machine, minibatch 32 hàng, 35 bước. "
        "D2L 0.17.6 có vòng lặp huấn luyện riêng: hạ gradient, gradient bị gọt ở mức 1; PyTorch "
        "cũng vậy, và ở các hàng của mạng viết từ đầu, nó dùng tầng có sẵn của mình. "
        "Sách này huấn luyện bằng Adam, mỗi bước phải tính nhiều hơn, và gọt ở mức 0,5. “Đã chỉnh” "
        "nghĩa là có những thiết lập mà sách này đặt cho tiến trình của mình: nhân của OpenBLAS, "
        "số luồng, giữ lại bộ nhớ. Mỗi ô là trung vị của các lượt chạy, kèm giá trị nhỏ nhất và "
        "lớn nhất; các bên trong một hàng thay phiên nhau chạy. "
        "“Chỉ phép nhân” là giới hạn của tốc độ: chỉ các phép nhân ma trận của một bước, đúng kích "
        "thước của chúng, nhanh nhất mà MXNet làm được khi tính từng phép một; tầng nào tính chúng "
        "trong cùng một toán tử thì có thể vượt qua.",
    )


def memory(results: dict[str, dict]) -> Table:
    """Return the table of the memory that training takes."""
    rows = [
        (title, *(measured(runs, who, "megabytes", 0) for who in (name, "D2L", "PyTorch")))
        for title, name, runs in trainings(results["training"])
    ]
    return Table(
        "training",
        "Memory of a training, MB | Bộ nhớ khi huấn luyện, MB",
        ("network | mạng", "this book | sách này", "D2L", "PyTorch"),
        rows,
        "Of the process at its peak, everything it has loaded included. | "
        "Của tiến trình lúc cao nhất, kể cả mọi thứ đã nạp.",
    )


def goal(results: dict[str, dict]) -> Table:
    """Return the table of the time to a low training perplexity.

    D2L's time is the number of epochs that its recipe takes, counted once, times what an epoch of
    it takes in the same measurement: to wait for it each time would take a quarter of an hour.
    """
    counted = results.get("epochs", {}).get("runs", {})
    rows = []
    for title, name, runs in trainings(results["goal"]):
        kind = next(kind for kind in KINDS if results["goal"]["runs"].get(kind) is runs)
        seconds = _seconds_to(runs[name])
        mine = (_epochs_to(runs[name]), spread(seconds) if seconds else "–")
        theirs, epochs, at_least = None, "–", ""
        if kind in counted and "D2L" in runs:
            (count,) = counted[kind]["D2L"]
            theirs = count["epochs"] * median(runs["D2L"], "seconds_per_epoch")
            at_least = "" if count["reached"] else "> "
            epochs = f"{at_least}{count['epochs']}"
        others = runs.get("PyTorch", [])
        sooner = [
            at_least + ratio(theirs, statistics.median(seconds), 1) if theirs and seconds else "–",
            ratio(statistics.median(_seconds_to(others)), statistics.median(seconds))
            if others and _seconds_to(others) and seconds
            else "–",
        ]
        held_out = [
            f"{median(those, 'held_out'):.2f}" if those and "held_out" in those[0] else "–"
            for those in (runs[name], counted.get(kind, {}).get("D2L"), others)
        ]
        rows.append(
            (
                title,
                *mine,
                epochs,
                "–" if theirs is None else f"{theirs:.0f}",
                _epochs_to(others) if others else "–",
                spread(_seconds_to(others)) if others and _seconds_to(others) else "–",
                *sooner,
                *held_out,
            )
        )
    return Table(
        "goal",
        "Time to a training perplexity of 1.2 | Thời gian đến perplexity huấn luyện 1,2",
        (
            "network | mạng",
            "epochs, this book | số epoch, sách này",
            "seconds, this book | giây, sách này",
            "epochs, D2L | số epoch, D2L",
            "seconds, D2L | giây, D2L",
            "epochs, PyTorch | số epoch, PyTorch",
            "seconds, PyTorch | giây, PyTorch",
            "sooner than D2L | nhanh hơn D2L",
            "sooner than PyTorch | nhanh hơn PyTorch",
            "held-out, this book | kiểm định, sách này",
            "held-out, D2L | kiểm định, D2L",
            "held-out, PyTorch | kiểm định, PyTorch",
        ),
        rows,
        "The same text and sizes. This compares recipes more than libraries: the book trains with "
        "Adam, a learning rate that rises and falls, and Xavier's initialization; D2L with plain "
        "gradient descent; PyTorch, with its own layers, has the book's recipe here. A training "
        "perplexity near 1 means that 10,000 characters are known by heart; “held-out” is the "
        "perplexity of the 10,000 that follow, at that moment. D2L's seconds are the epochs that "
        "its recipe takes, counted once, times the seconds of one epoch in this measurement. | "
        "Cùng văn bản, cùng kích thước. Bảng này so sánh công thức huấn luyện nhiều hơn là so sánh "
        "thư viện: sách này dùng Adam, tốc độ học tăng rồi giảm và khởi tạo Xavier; D2L dùng hạ "
        "gradient thông thường; PyTorch, với các tầng của mình, ở đây theo công thức của sách. "
        "Perplexity huấn luyện gần 1 nghĩa là mạng đã thuộc lòng 10.000 ký tự; “kiểm định” là "
        "perplexity của 10.000 ký tự tiếp theo, đo ở thời điểm ấy. Số giây của D2L là số epoch mà "
        "công thức của nó cần, đếm một lần, nhân với số giây của một epoch trong lần đo này.",
    )


def _seconds_to(runs: list[dict]) -> list[float]:
    """Return the seconds that some runs took to their goal; nothing unless all reached it."""
    reached = [run["reached"] for run in runs]
    return [each["seconds"] for each in reached] if all(reached) else []


def _epochs_to(runs: list[dict]) -> str:
    """Return the epochs that some runs took to their goal."""
    late = [run["epochs"] for run in runs if not run["reached"]]
    return f"> {max(late)}" if late else spread([run["reached"]["epochs"] for run in runs], 0)


def text(results: dict[str, dict]) -> Table:
    """Return the table of the way from text to batches."""
    rows = []
    titles = {
        "novel": "The Time Machine",
        "ten million": "ten million characters | mười triệu ký tự",
    }
    for job, runs in results["text"]["runs"].items():
        en, vi = halves(titles[job])
        for name, those in runs.items():
            ours = name == OURS
            both = [run["numbers"] + run["batches"] for run in those]
            rows.append(
                (
                    f"{en}, {name} | {vi}, {'sách này' if ours else name}",
                    f"{those[0]['characters'] / 1000:.0f}",
                    measured(runs, name, "numbers", 3),
                    measured(runs, name, "batches", 3),
                    spread(both, 3),
                )
            )
    return Table(
        "text",
        "From text to batches, seconds | Từ văn bản đến minibatch, giây",
        (
            "text, who | văn bản, ai",
            "thousand characters | nghìn ký tự",
            "to numbers | thành số",
            "an epoch of batches | một epoch minibatch",
            "both | cả hai",
        ),
        rows,
    )


def generation(results: dict[str, dict]) -> Table:
    """Return the table of characters written per second."""
    (runs,) = results["generation"]["runs"].values()
    rows = []
    for kind, title in KINDS.items():
        known = {name: those for name, those in runs.items() if kind in those[0]}
        mine = median(known[OURS], kind)
        theirs = [median(known[n], kind) if n in known else None for n in ("D2L", "PyTorch")]
        shown = [measured(known, n, kind, 2, 1e-3) for n in (OURS, "D2L", "PyTorch")]
        rows.append((title, *shown, *(ratio(mine, speed) for speed in theirs)))
    return Table(
        "generation",
        "Writing, thousand characters per second | Sinh văn bản, nghìn ký tự mỗi giây",
        (
            "network | mạng",
            *PEERS,
        ),
        rows,
    )


def building(results: dict[str, dict]) -> Table:
    """Return the table of the builds."""
    rows = []
    for job, runs in results["build"]["runs"].items():
        if job in BUILDS:
            rows.append(
                (
                    BUILDS[job],
                    measured(runs, OURS, "seconds"),
                    " / ".join(sorted({f"{run['executed']}" for run in runs[OURS]})),
                    f"{runs[OURS][0]['notebooks']}",
                )
            )
    return Table(
        "build",
        "Building the book, seconds | Dựng sách, giây",
        (
            "build | lần dựng",
            "seconds | giây",
            "notebooks executed | notebook được chạy",
            "of | trong số",
        ),
        rows,
        "The environment is installed before the clock starts. | "
        "Môi trường đã được cài trước khi bấm giờ.",
    )


def pages(results: dict[str, dict]) -> Table:
    """Return the table of the weights of the pages."""
    rows = []
    for page, runs in results["build"]["runs"]["pages"].items():
        (weight,) = runs
        parts = ("page", "page_compressed", "all", "all_compressed")
        rows.append((page, *(f"{weight[part] / 1000:.0f}" for part in parts)))
    return Table(
        "build",
        "Weight of the pages, kB | Dung lượng các trang, kB",
        (
            "page | trang",
            "page | trang",
            "compressed | đã nén",
            "first visit | lần xem đầu",
            "compressed | đã nén",
        ),
        rows,
        "“First visit” adds the styles, scripts, fonts and images that the page asks for; the next "
        "page finds most of them in the browser. Compressed by gzip, as a web server does. | "
        "“Lần xem đầu” tính cả kiểu, mã, phông chữ và hình mà trang gọi đến; trang kế tiếp đã có "
        "phần lớn trong trình duyệt. Nén bằng gzip, như máy chủ web vẫn làm.",
    )


def number(value: float, digits: int = 2, sign: str = "") -> str:
    """Return a number in both languages, each with its own signs.

    Examples
    --------
    >>> number(1.083), number(12345, 0)
    ('1.08 | 1,08', '12,345 | 12.345')
    """
    shown = f"{value:{sign},.{digits}f}"
    return f"{shown} | {shown.translate(str.maketrans(',.', '.,'))}"


def counting(run: dict) -> str:
    """Return what a row of counting is called."""
    order = run["order"]
    return f"counting {order}-grams | đếm {order}-gram"


def by_heart(results: dict[str, dict]) -> Table:
    """Return the table of D2L's job, with the perplexity of the text that follows."""
    runs = results["perplexity"]["runs"][D2L_JOB]
    rows = []
    for cell in CELLS:
        (run,) = runs[cell]
        rows.append(
            (
                KINDS[cell],
                number(run["epochs"], 0),
                number(run["perplexity"]),
                number(run["held_out"]),
            )
        )
    (run,) = runs[COUNTING]
    rows.append((counting(run), "–", number(run["perplexity"]), number(run["held_out"])))
    blind = number(run["vocabulary"], 0)
    rows.append(("blind guessing | đoán mò", "–", blind, blind))
    return Table(
        "perplexity",
        "D2L's job: perplexity of 10,000 characters, and of the next 10,000 | "
        "Bài toán của D2L: perplexity của 10.000 ký tự, và của 10.000 ký tự kế tiếp",
        (
            "model | mô hình",
            "epochs | số epoch",
            "trained on | đã huấn luyện",
            "text that follows | đoạn kế tiếp",
        ),
        rows,
        "The first 10,000 characters of The Time Machine, letters and spaces, as D2L reads them. "
        "A network is trained until their perplexity is at most 1.1, for 200 epochs at most. The "
        "order of the n-grams is chosen on the last 1,000 of the 10,000; then all are counted. | "
        "10.000 ký tự đầu của The Time Machine, chỉ gồm chữ cái và dấu cách, như D2L đọc. Mạng "
        "được huấn luyện cho đến khi perplexity của chúng không quá 1,1, nhiều nhất 200 epoch. Bậc "
        "của n-gram được chọn trên 1.000 ký tự cuối của 10.000 ký tự ấy, rồi mới đếm tất cả.",
        apart=True,
    )


def registry(results: dict[str, dict]) -> Table:
    """Return the table of the texts of the registry."""
    rows = []
    for text, runs in results["perplexity"]["runs"].items():
        if text == D2L_JOB:
            continue
        name, lang = text.split()
        for kind in (*CELLS, COUNTING):
            (run,) = runs[kind]
            title = counting(run) if kind == COUNTING else f"{kind.upper()} 128"
            rows.append(
                (
                    _join(TEXTS.get(name, name), ", ", LANGUAGES.get(lang, lang), ": ", title),
                    number(run["characters"] / 1000, 0),
                    number(run["best_epoch"], 0) if "best_epoch" in run else "–",
                    *(number(run[split]) for split in ("train", "validation", "test")),
                )
            )
    return Table(
        "perplexity",
        "Texts outside the repository: perplexity of a character | "
        "Các văn bản ngoài kho mã: perplexity trên mỗi ký tự",
        (
            "text and model | văn bản và mô hình",
            "thousand characters | nghìn ký tự",
            "best epoch | epoch tốt nhất",
            "training | huấn luyện",
            "validation | kiểm định",
            "test | kiểm tra",
        ),
        rows,
        "Small networks, one layer of 128 units, that read a million characters in all, each at "
        "most 20 times; the parameters of the epoch that is best on the validation split are kept. "
        "Of a longer text than 200,000 characters only every k-th line is read. The order of the "
        "n-grams is chosen on the validation split. | "
        "Các mạng nhỏ, một tầng 128 nút ẩn, đọc tổng cộng một triệu ký tự, mỗi ký tự nhiều nhất 20 "
        "lần; giữ lại tham số của epoch tốt nhất trên tập kiểm định. Văn bản dài hơn 200.000 ký tự "
        "thì cứ k dòng chỉ đọc một dòng. Bậc của n-gram được chọn trên tập kiểm định.",
        apart=True,
    )


def rates(results: dict[str, dict]) -> Table:
    """Return the table of the learning rates that were tried for the section on depth."""
    runs = results["seeds"]["runs"]["rates"]
    asked = sorted({run["lr"] for those in runs.values() for run in those})
    rows = []
    for name, those in runs.items():
        known = {run["lr"]: number(run["validation"]) for run in those}
        rows.append((NETWORKS[name], *(known.get(lr, "–") for lr in asked)))
    return Table(
        "seeds",
        "Validation perplexity by the highest learning rate, English | "
        "Perplexity kiểm định theo tốc độ học cao nhất, tiếng Anh",
        ("network | mạng", *(number(lr, -math.floor(math.log10(lr) - 1e-9)) for lr in asked)),
        rows,
        apart=True,
    )


def seeds(results: dict[str, dict]) -> Table:
    """Return the table of the networks of the section on depth, trained from several seeds."""
    rows = []
    for lang in LANGUAGES:
        runs = results["seeds"]["runs"].get(lang, {})
        for name, those in runs.items():
            scores = [run["validation"] for run in those]
            title = counting(those[0]) if name == COUNTING else NETWORKS[name]
            sizes = [
                number(those[0][what], 0) if what in those[0] else "–"
                for what in ("hiddens", "parameters")
            ]
            mean = number(statistics.mean(scores))
            ends = "–" if name == COUNTING else _join(number(min(scores)), "–", number(max(scores)))
            rows.append((_join(LANGUAGES[lang], ": ", title), *sizes, mean, ends))
    return Table(
        "seeds",
        "Two layers or one, gates or none: validation perplexity over seeds | "
        "Hai tầng hay một, có cổng hay không: perplexity kiểm định qua các hạt giống",
        (
            "network | mạng",
            "hidden units in a layer | số nút ẩn mỗi tầng",
            "parameters | số tham số",
            "mean | trung bình",
            "lowest–highest | thấp nhất–cao nhất",
        ),
        rows,
        apart=True,
    )


def differences(results: dict[str, dict]) -> Table:
    """Return the table of how these networks compare, with an interval for each difference."""
    rows = []
    for lang in LANGUAGES:
        pairs = results["seeds"]["runs"].get(f"{lang} differences", {})
        for pair, (found,) in pairs.items():
            first, second = (NETWORKS[name] for name in pair.split(", "))
            percent, low, high = (
                number(found[what], 1, "+").replace("-", "−") for what in ("percent", "low", "high")
            )
            rows.append(
                (
                    _join(LANGUAGES[lang], ": ", first),
                    found["verdict"],
                    second,
                    percent,
                    _join(low, " … ", high),
                )
            )
    return Table(
        "seeds",
        "Who is ahead: perplexity of the first network less that of the second, % | "
        "Mạng nào hơn: perplexity của mạng thứ nhất trừ của mạng thứ hai, %",
        (
            "first | thứ nhất",
            "is | thì",
            "second | thứ hai",
            "difference | chênh lệch",
            "95% interval | khoảng tin cậy 95%",
        ),
        rows,
        apart=True,
    )


#: The tables in their order, with the part that each of them shows.
TABLES = (
    ("training", training),
    ("training", memory),
    ("goal", goal),
    ("generation", generation),
    ("text", text),
    ("build", building),
    ("build", pages),
    ("perplexity", by_heart),
    ("perplexity", registry),
    ("seeds", rates),
    ("seeds", seeds),
    ("seeds", differences),
)


def tables(results: dict[str, dict]) -> list[Table]:
    """Return the tables of what has been measured."""
    return [make(results) for part, make in TABLES if part in results]


def source(results: dict[str, dict], part: str) -> str:
    """Return when and where a part was measured, and how often."""
    known = results[part]
    versions = ", ".join(f"{name} {version}" for name, version in known["versions"].items())
    date, where = known["date"], known["processor"]
    if part == "perplexity":  # a seed gives the same perplexity again
        return (
            f"One run of each, make bench PARTS=perplexity, {date}, {where}; {versions} | "
            f"Mỗi mô hình chạy một lần, make bench PARTS=perplexity, {date}, {where}; {versions}"
        )
    if part == "seeds":
        return (
            f"make bench PARTS=seeds, {date}, {where}; {versions} | "
            f"make bench PARTS=seeds, {date}, {where}; {versions}"
        )
    if part == "build":
        return f"{date}, {where}; {versions} | {date}, {where}; {versions}"
    repeats = max(len(each) for runs in known["runs"].values() for each in runs.values())
    return (
        f"Medians of {repeats} interleaved runs (smallest–largest), {date}, {where}; {versions} | "
        f"Trung vị của {repeats} lần chạy xen kẽ (nhỏ nhất–lớn nhất), {date}, {where}; {versions}"
    )


def halves(text: str) -> tuple[str, str]:
    """Return the English and the Vietnamese of a text that is written with both.

    Examples
    --------
    >>> halves("page | trang"), halves("D2L")
    (('page', 'trang'), ('D2L', 'D2L'))
    """
    en, bar, vi = text.partition(" | ")
    return (en, vi) if bar else (en, en)


def markdown(results: dict[str, dict]) -> str:
    """Return the page of results, in English."""
    lines = ["# Benchmarks", "", "Made by `make bench` from `results.json`.", ""]
    for table in tables(results):
        lines += [
            f"## {halves(table.title)[0]}",
            "",
            halves(source(results, table.part))[0] + ".",
            "",
        ]
        lines += [f"| {' | '.join(halves(head)[0] for head in table.heads)} |"]
        lines += [f"|---|{'---:|' * (len(table.heads) - 1)}"]
        lines += [f"| {' | '.join(halves(cell)[0] for cell in row)} |" for row in table.rows]
        lines += [""] + ([halves(table.note)[0], ""] if table.note else [])
    return "\n".join(lines).rstrip() + "\n"


def show(results: dict[str, dict], *names: str) -> str:
    """Return tables as HTML, each text in both languages, for the book's page.

    Parameters
    ----------
    names : str
        Functions of this module: ``"training"``.
    """
    made = [(name, make) for part, make in TABLES if (name := make.__name__) in names]
    missing = sorted(set(names) - {name for name, _ in made})
    if missing:
        raise ValueError(f"no table {missing}: choose from {[m.__name__ for _, m in TABLES]}")
    parts = {make: part for part, make in TABLES}
    shown = []
    for _, make in made:
        if parts[make] not in results:
            command = f"make bench PARTS={parts[make]}"
            shown.append(f"<p>{both(f'Not measured yet: {command} | Chưa đo: {command}')}</p>")
        else:
            shown.append(_html(make(results), source(results, parts[make])))
    return "\n".join(shown)


def both(text: str) -> str:
    """Return a text in HTML, in both languages, of which the page shows what the reader reads."""
    en, vi = (html.escape(half) for half in halves(text))
    if en == vi:
        return en
    return f'<span class="text" lang="vi">{vi}</span> <span class="text" lang="en">{en}</span>'


def _html(table: Table, measured_when: str) -> str:
    if not table.apart:
        return f"{_bare(table)}\n{_note(table.note, measured_when)}"
    blocks = "".join(
        f'<div class="block" lang="{lang}">{_bare(_half(table, side))}\n'
        f"<p>{html.escape(halves(table.note)[side])}</p>"
        f"<p><small>{html.escape(halves(measured_when)[side])}.</small></p></div>"
        for lang, side in (("vi", 1), ("en", 0))
    )
    return f'<div class="pair">{blocks}</div>'


def _bare(table: Table) -> str:
    heads = "".join(f'<th scope="col">{both(head)}</th>' for head in table.heads)
    rows = "\n".join(
        f'<tr><th scope="row" style="min-width: 9em">{both(first)}</th>'
        + "".join(f"<td>{_unbroken(both(cell))}</td>" for cell in others)
        + "</tr>"
        for first, *others in table.rows
    )
    return (
        '<div class="pst-scrollable-table-container">\n<table class="table">\n'
        f"<caption>{both(table.title)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def _half(table: Table, side: int) -> Table:
    """Return a table in English, for side 0, or Vietnamese."""
    return Table(
        table.part,
        halves(table.title)[side],
        tuple(halves(head)[side] for head in table.heads),
        [tuple(halves(cell)[side] for cell in row) for row in table.rows],
    )


def _unbroken(cell: str) -> str:
    """Return a cell in which no line breaks after a dash or before a sign."""
    return cell.replace("–", "–\u2060").replace(" ×", "\u00a0×")


def _note(text: str, measured_when: str) -> str:
    """Return what stands under a table, one language beside the other, like the text of a page."""
    blocks = {}
    for lang, note, when in zip(("en", "vi"), halves(text), halves(measured_when)):
        note = f"<p>{html.escape(note)}</p>" if note else ""
        when = f"<p><small>{html.escape(when)}.</small></p>"
        blocks[lang] = f'<div class="block" lang="{lang}">{note}{when}</div>'
    return f'<div class="pair">{blocks["vi"]}{blocks["en"]}</div>'
