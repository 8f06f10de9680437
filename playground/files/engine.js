// The engine of this page: a server. A site without a server has another file of this name.
export {connect} from "./server.js";
