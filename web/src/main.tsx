import { render } from "preact";
import "./style/base.css";

render(<h1>Tocsin</h1>, document.getElementById("app")!);
